import { oneLine } from '../foreign/printable.ts';
import { approvedBy } from '../incident/approved.ts';
import type { Incident } from '../incident/incident.ts';
import { concernedTrails, followsDeclaration, gapOf, isDrillOver, verdictOf } from '../incident/verdict.ts';

/** Where nobody is named yet, the place to look is. */
function lookUp(incident: Incident): string[] {
  const { home, historyFault, nudge } = incident;
  const [first] = concernedTrails(incident);
  if (nudge.kind === 'unreadable' || !first) return [];
  const why = historyFault
    ? `The Event history could not be asked (${historyFault.name}): look yourself`
    : 'The Event history does not show who yet: look again in some minutes';
  const command = `aws cloudtrail lookup-events --region ${home.region} --lookup-attributes AttributeKey=ResourceName,AttributeValue=${first.Name}`;
  return [`${why}:`, command];
}

/** What the people on call do next, the first thing first. */
export function nextSteps(incident: Incident): string[] {
  const { nudge, calls, isImpostor } = incident;
  const mend = ['broken', 'out-of-reach', 'ailing'].includes(verdictOf(incident))
    ? ['Mend what is still broken.']
    : [];
  if (isDrillOver(incident)) return [];
  if (isImpostor)
    return [
      ...mend,
      "Does the log of the guard's function show an invocation that ended early just then (a timeout, no memory left)? If not, treat its role's key as stolen.",
    ];
  const window = approvedBy(incident);
  if (window)
    return [
      `Is this ${oneLine(window.reason)}? If not, close the window: npm run window -- close.`,
      'To keep it: capture it before the window ends, commit the difference, and deploy.',
    ];
  if (calls.length > 0) {
    return [...mend, 'Was this you or your team? If not, treat the identity above as compromised.'];
  }
  if (nudge.kind === 'unreadable')
    return [...mend, 'Find out what sent this event, and whether a rule was changed.'];
  if (followsDeclaration(incident))
    return ['Was the baseline changed on purpose? Then there is nothing to do.'];
  const hidden = concernedTrails(incident).some(
    (outcome) => outcome.found.length > 0 || gapOf(incident, outcome),
  );
  return [
    ...mend,
    ...(hidden ? lookUp(incident) : []),
    ...(hidden ? ['Find out who did it, and why no event of it came.'] : []),
  ];
}
