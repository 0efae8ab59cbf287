import { type Incident, isRepairable, isWhole } from '../incident/incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { isRestored } from '../incident/drifts.ts';
import { happeningTo } from '../incident/happening.ts';
import { silenceOf } from '../incident/silence.ts';
import { concernedTrails, deliveryFaultsOf, followsDeclaration, isDrillOver } from '../incident/verdict.ts';
import { describeValue } from '../kinds/trail/describe.ts';
import { oneLine } from '../foreign/printable.ts';
import { concernedResources, idOfResource, titleWithTrails, unseenResources } from '../incident/resources.ts';
import { titleOf } from '../kinds/kinds.ts';
import { callOnResource } from '../incident/telling-call.ts';
import { isCallOn } from '../record/call.ts';
import { resourceHeadline } from './resource.ts';
import { proofsOf } from '../incident/delivery.ts';
import { proofLine } from './proof.ts';
import { standsBy } from './stands.ts';
import { FIELDS } from '../kinds/trail/fields.ts';

/** So many fields are named in one line. */
const MOST_FIELDS = 4;

function named(fields: readonly string[]): string {
  const more = fields.length > MOST_FIELDS ? [`${fields.length - MOST_FIELDS} more`] : [];
  return [...fields.slice(0, MOST_FIELDS), ...more].join(', ');
}

/** The settings that were changed; where its log files were sent is worth a word more. */
function changed({ found }: TrailOutcome): string {
  const fields = found.flatMap(({ field, found: value }) => {
    if (FIELDS[field] !== 'settings') return [];
    return field === 'S3BucketName' ? `S3BucketName to ${describeValue(field, value)}` : field;
  });
  return fields.length > 0 ? `: ${named(fields)}` : '';
}

/** What happened to a trail; its settings stand beside the news that they were changed. */
function happened(incident: Incident, outcome: TrailOutcome): string {
  const { story, isChange } = happeningTo(incident, outcome);
  return story + (isChange ? changed(outcome) : '');
}

/** Whether it is news that a trail logs now. */
function isOnAgain(incident: Incident, outcome: TrailOutcome): boolean {
  const silence = silenceOf(incident, outcome);
  return silence !== undefined && silence !== 'gap';
}

/** What is still not as declared, or not known. */
function wrong({ remaining, last }: TrailOutcome): string {
  const unread = Object.keys(last.unread).map((part) => `${part} unread`);
  return named([...remaining.map(({ field }) => field), ...unread]);
}

function headline(incident: Incident, outcome: TrailOutcome): string {
  const said = `Trail ${outcome.Name} ${happened(incident, outcome)}.`;
  if (isDrillOver(incident)) return `${said} Its bucket is gone, too: the drill is OVER.`;
  if (!isRepairable(outcome) || (outcome.origin !== 'declared' && outcome.last.standing === 'missing'))
    return `${said} It CANNOT be restored from here.`;
  if (incident.config.mode === 'monitor' && outcome.planned.length > 0)
    return `${said} Monitor mode: nothing was repaired.${outcome.last.state.IsLogging === false ? ' It does NOT log.' : ''}`;
  if (!isWhole(outcome)) return `${said} It is NOT whole: ${wrong(outcome)}.`;
  if (outcome.approved) return `${said} ${standsBy(outcome.approved)}`;
  const again = isRestored(incident, outcome) ? ' again' : '';
  if (deliveryFaultsOf(outcome).length > 0)
    return `${said} It is as declared${again}, but CANNOT DELIVER what it logs.`;
  if (outcome.origin !== 'declared' && outcome.last.state.IsLogging === false)
    return `${said} It is left stopped: no baseline declares it, and it was created less than a day ago.`;
  if (outcome.origin !== 'declared') return `${said} It is logging${again}.`;
  return `${said} It is ${isOnAgain(incident, outcome) ? `logging${again}, whole and verified` : `whole${again}, and verified`}.`;
}

function reasonOf(incident: Incident): string {
  return followsDeclaration(incident)
    ? 'and the Event history knows of nobody who changed it: the declaration was changed, it seems'
    : 'without an event from EventBridge';
}

/** The first lines of the mail: what happened to which trail, and whether it is whole. */
export function headlines(incident: Incident): string[] {
  const lines = [...drillLines(incident), ...linesOf(incident)];
  if (!incident.isImpostor) return lines;
  return [
    "Made with the guard's own role, and claimed by NO pass of the guard: it died before it could, or somebody else has its key.",
    ...lines,
  ];
}

/** What a message about a drill begins with. */
function drillLines({ drill }: Incident): string[] {
  if (!drill) return [];
  const until = new Date(drill.until).toISOString();
  return [
    `DRILL: this is about ${drill.arn} and nothing else, which records nothing and is a drill's until ${until}.`,
  ];
}

function linesOf(incident: Incident): string[] {
  const { nudge, faults } = incident;
  const told = [
    ...concernedResources(incident).map((outcome) => resourceHeadline(incident, outcome)),
    ...unseenResources(incident)
      .filter((each) => !incident.resources.some((outcome) => idOfResource(outcome) === idOfResource(each)))
      .map(
        ({ declared, looks }) =>
          `${titleWithTrails({ declared })} ${callOnResource(incident, declared)?.tampering.story ?? 'was struck'}. ${looks === 'later' ? 'It was not looked at yet' : 'No reading shows what came of it'}.`,
      ),
    ...concernedTrails(incident).map((outcome) => headline(incident, outcome)),
    ...proofsOf(incident).map(proofLine),
  ];
  const faulty = faults
    .flatMap(({ message }) => message.split('\n'))
    .map((line) => `CONFIGURATION: ${oneLine(line, 400)}`);
  switch (nudge.kind) {
    case 'attempt': {
      const { trail, eventName, kind } = nudge.call;
      const resource = incident.guarded.find((each) => isCallOn(nudge.call, each, incident.home));
      const what = kind === 'trail' ? (trail ? `trail ${trail.Name}` : 'a trail') : `the ${kind}`;
      const why = nudge.errorMessage ? `: ${oneLine(nudge.errorMessage)}` : '';
      return [
        `${eventName} on ${resource ? titleOf(resource) : what} was tried and REFUSED. Nothing has changed.`,
        `  ${oneLine(nudge.errorCode)}${why}`,
        ...faulty,
      ];
    }
    case 'unreadable':
      return [
        `An event came that could not be understood (${oneLine(nudge.reason)}). All declared trails were looked at.`,
        ...told,
        ...faulty,
      ];
    case 'signal':
      return [...told, `${nudge.signal.from} reported: ${oneLine(nudge.signal.title)}`, ...faulty];
    case 'sweep':
      return [...told, `Found by the sweep, ${reasonOf(incident)}.`, ...faulty];
    case 'tampering':
      if (told.length > 0) return [...told, ...faulty];
      return [
        `${nudge.call.eventName} was called on a trail that the event does not name. All declared trails were looked at.`,
        ...faulty,
      ];
  }
}
