import { describeValue } from '../kinds/trail/describe.ts';
import { causesOf } from '../incident/delivery.ts';
import { type Incident, isWhole } from '../incident/incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { deliveryFaultsOf } from '../incident/verdict.ts';
import { oneLine } from '../foreign/printable.ts';
import { remedy } from '../kinds/trail/remedy.ts';

function beyondReach({ origin, last }: TrailOutcome): string[] {
  const owner = last.owner ? ` (${oneLine(last.owner)})` : '';
  switch (last.standing) {
    case 'organization':
      return [
        `belongs to the organisation's management account${owner}: only it may repair the trail. Call its owners.`,
      ];
    case 'elsewhere':
      return [`is at home in another Region${owner}: deploy Trailkeeper there.`];
    case 'missing':
      return origin === 'declared'
        ? ['is gone.']
        : ['is gone, and no baseline says how it was: recreate it by hand, then npm run capture.'];
    case 'homed':
      if (origin === 'reconstructed')
        return [
          'was in no baseline and is rebuilt from the Event history, at most 90 days back, best effort, for this account only and without CloudWatch Logs. To do: compare it with what it should be, then npm run capture.',
        ];
      return origin === 'declared'
        ? []
        : ['is in no baseline: only its logging could be judged. To guard all of it: npm run capture.'];
  }
}

const DELIVERY_REMEDY =
  'check that the bucket, its policy, the key and the role are there and let CloudTrail in; log files wait 30 days';

/** What is still broken on a trail, and what a person can do about it; empty when nothing is. */
export function stillBroken(incident: Incident, outcome: TrailOutcome): string[] {
  const { Name, attempts, remaining, last, otherTrails } = outcome;
  const unread = Object.entries(last.unread).map(
    ([part, reason]) => `${part} could not be read: ${oneLine(reason)}.`,
  );
  const drift = remaining.map(({ field }) => `${field} is ${describeValue(field, last.state[field])}.`);
  const errors = isWhole(outcome) ? [] : attempts.flatMap(({ error }) => (error ? [error] : []));
  const remedies = [...new Set(errors.map((error) => `To do: ${remedy(error)}.`))];
  const undelivered = deliveryFaultsOf(outcome).map((fault) => {
    const causes = causesOf(incident, outcome, fault).map((cause) => `${oneLine(cause)}. `);
    return `cannot deliver ${oneLine(fault)}. ${causes.join('')}To do: ${DELIVERY_REMEDY}.`;
  });
  const full = otherTrails ? [`the Region is full; its trails are ${otherTrails.join(', ')}.`] : [];
  return [...beyondReach(outcome), ...drift, ...full, ...unread, ...undelivered, ...remedies].map(
    (line) => `${Name}: ${line}`,
  );
}
