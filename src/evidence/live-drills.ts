import type { SentRecord } from './record-schema.ts';
import type { Drill, Period } from './sources.ts';
import { secondsText, timeText } from './words.ts';

/** What a fire drill does to its trail, in order: docs/live-drill.md. */
const BLOWS: Readonly<Record<string, string>> = {
  StopLogging: 'stopped',
  UpdateTrail: 'redirected',
  PutEventSelectors: 'narrowed',
  DeleteTrail: 'deleted',
};

function drillOf(trail: string, messages: readonly SentRecord[]): Drill {
  const reports = messages.map(({ report }) => report);
  const mended = reports.filter(({ verdict }) => verdict === 'restored');
  const isMended = (call: string) =>
    mended.some(({ calls }) => calls.some(({ eventName }) => eventName === call));
  const namesOf = (calls: readonly string[]) => calls.map((call) => BLOWS[call] ?? call).join(', ');
  const [done, left] = [true, false].map((is) => Object.keys(BLOWS).filter((call) => isMended(call) === is));
  const times = mended.flatMap(({ times: { secondsToHeal } }) => secondsToHeal ?? []);
  const who = [...new Set(reports.flatMap(({ calls }) => calls.map(({ actor }) => actor.name)))];
  return {
    name: trail.split('/').at(-1) ?? trail,
    story: `on the live account, by ${who.join('; ') || 'somebody unknown'}, from ${timeText(reports[0]?.times.detected ?? '')}`,
    passed: left?.length === 0,
    outcome: [
      ...(done?.length ? [`mended and told: ${namesOf(done)}`] : []),
      ...(times.length > 0 ? [`healed in ${secondsText(Math.max(...times))} at worst`] : []),
      ...(left?.length ? [`NOT told as mended: ${namesOf(left)}`] : []),
    ].join('; '),
  };
}

/** The fire drills on the live account that began in a period, by the messages that say so of themselves. */
export function liveDrillsOf(sent: readonly SentRecord[], { from, until }: Period): Drill[] {
  const groups = new Map<string, SentRecord[]>();
  for (const each of sent.toSorted((a, b) => Date.parse(a.sentAt) - Date.parse(b.sentAt))) {
    const { drill } = each.report;
    if (drill) groups.set(drill.trail, [...(groups.get(drill.trail) ?? []), each]);
  }
  return [...groups]
    .filter(([, [first]]) => {
      const begun = Date.parse(first?.report.times.detected ?? '');
      return begun >= from && begun < until;
    })
    .map(([trail, messages]) => drillOf(trail, messages));
}
