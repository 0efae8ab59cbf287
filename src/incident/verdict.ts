import { type Gap, gapSince, deliveryFaults } from '../kinds/trail/delivery.ts';
import { failures, type Incident, isRepairable, isWhole } from './incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { calledBy } from '../record/trigger.ts';
import { isRestored } from './drifts.ts';
import {
  concernedResources,
  harmsTo,
  isResourceRepairable,
  isResourceRestored,
  isResourceWhole,
  unseenResources,
} from './resources.ts';
import { callOf, callOn } from './telling-call.ts';
import { type Call, isCallOn, isSilencing } from '../record/call.ts';

/** What became of the trails, in one word for subjects and filter policies. */
export type Verdict =
  'restored' | 'whole' | 'broken' | 'planned' | 'refused' | 'out-of-reach' | 'ailing' | 'unseen';

/** Judges by the last reading, never by what was tried. */
export function verdictOf(incident: Incident): Verdict {
  const { nudge, config } = incident;
  const told = concernedTrails(incident);
  const resources = concernedResources(incident);
  if (nudge.kind === 'attempt') return 'refused';
  if (config.mode === 'monitor' && [...told, ...resources].some(({ planned }) => planned.length > 0))
    return 'planned';
  const isBroken =
    told.some((each) => isRepairable(each) && !isWhole(each)) ||
    resources.some((each) => isResourceRepairable(each) && !isResourceWhole(each));
  if (failures(incident).length > 0 || isBroken) return 'broken';
  if (isDrillOver(incident)) return 'whole';
  if (told.some((outcome) => !isRepairable(outcome) || isLost(outcome))) return 'out-of-reach';
  if (!resources.every(isResourceRepairable)) return 'out-of-reach';
  if (told.some((outcome) => deliveryFaultsOf(outcome).length > 0)) return 'ailing';
  const unseen = unseenResources(incident);
  // Else whoever does two things at once has the one that nobody sees told as undone with the other.
  if (unseen.some(({ looks }) => looks === 'never')) return 'unseen';
  const isMended =
    told.some((outcome) => isRestored(incident, outcome)) || resources.some(isResourceRestored);
  if (isMended) return 'restored';
  return unseen.length > 0 ? 'unseen' : 'whole';
}

function isLost({ origin, last }: TrailOutcome): boolean {
  return origin !== 'declared' && last.standing === 'missing';
}

/** What is wrong with a trail that its own API cannot mend. */
export function deliveryFaultsOf({ last, verifiedAt }: TrailOutcome): string[] {
  return deliveryFaults(last, verifiedAt);
}

/** The gap in the log that a pass without a call has to tell of. */
export function gapOf({ since }: Incident, { first }: TrailOutcome): Gap | undefined {
  return since === undefined ? undefined : gapSince(first, since);
}

/**
 * Whether the trails were found behind the baseline, and not the other way round: nobody has touched them since, as far as
 * the Event history says, and no earlier pass has seen them whole. What was silenced is never explained like that.
 */
export function followsDeclaration(incident: Incident): boolean {
  const { nudge, calls, historyFault, isFirstSight } = incident;
  const told = concernedTrails(incident);
  const resources = concernedResources(incident);
  return (
    nudge.kind === 'sweep' &&
    resources.every(
      (outcome) =>
        outcome.declared.purpose === 'delivery' &&
        outcome.first.standing === 'here' &&
        !harmsTo(outcome, incident.home).includes('lost'),
    ) &&
    isFirstSight &&
    calls.length === 0 &&
    !historyFault &&
    verdictOf(incident) === 'restored' &&
    told.every(
      (outcome) =>
        outcome.origin === 'declared' &&
        outcome.first.standing === 'homed' &&
        gapOf(incident, outcome) === undefined &&
        outcome.found.every(({ field }) => field !== 'IsLogging'),
    )
  );
}

/** Whether a trail has a part in the story: a call names it, or something was wrong with it. */
function concerns(incident: Incident, outcome: TrailOutcome): boolean {
  const { Name, found, attempts, remaining, last } = outcome;
  const isWrong = found.length + attempts.length + remaining.length + Object.keys(last.unread).length > 0;
  return isWrong || callOn(incident, Name) !== undefined || isSilentlyWrong(incident, outcome);
}

/** What only a pass without a call looks for: the sweep comes round again, so that it need not be told beside a call. */
function isSilentlyWrong(incident: Incident, outcome: TrailOutcome): boolean {
  if (incident.since === undefined) return false;
  return gapOf(incident, outcome) !== undefined || deliveryFaultsOf(outcome).length > 0;
}

/** The trails of the story, the one of the most telling call first. */
export function concernedTrails(incident: Incident): TrailOutcome[] {
  const named = callOf(incident)?.trail?.Name;
  const told = incident.outcomes.filter((outcome) => concerns(incident, outcome));
  return [...told.filter(({ Name }) => Name === named), ...told.filter(({ Name }) => Name !== named)];
}

/**
 * Whether anyone must be told. A change to another resource than a trail, or to a trail that nobody declared and nobody
 * asked to guard, is not this guard's business as long as nothing was found; nor is a sweep that found all well.
 */
export function isWorthTelling(incident: Incident): boolean {
  const { nudge, faults } = incident;
  const found = concernedTrails(incident).some(
    (outcome) => outcome.found.length + outcome.attempts.length > 0 || isSilentlyWrong(incident, outcome),
  );
  if (found || faults.length > 0 || failures(incident).length > 0) return true;
  if (concernedResources(incident).length > 0) return true;
  const call = calledBy(nudge);
  if (!call) return nudge.kind === 'unreadable' || incident.calls.length > 0;
  return isWorthTellingCall(incident, call);
}

/** Whether anyone must be told of a call, whatever came of it. */
export function isWorthTellingCall(
  { baseline, config, guarded, home }: Pick<Incident, 'baseline' | 'config' | 'guarded' | 'home'>,
  call: Call,
): boolean {
  const { kind, trail, isAboutTrail, eventName } = call;
  if (kind !== 'trail') return guarded.some((resource) => isCallOn(call, resource, home));
  if (!trail) return isAboutTrail;
  if (baseline.Trails.some(({ Name }) => Name === trail.Name)) return true;
  // Where some trails are declared, a change to another is another team's business; its silence is not, nor is a new one.
  const isNew = eventName === 'CreateTrail';
  return config.guardUndeclared && (isSilencing(call) || isNew || baseline.Trails.length === 0);
}

/** Whether a drill has ended: its trail is gone, and its bucket with it, so that it is nobody's. */
export function isDrillOver(incident: Incident): boolean {
  const told = concernedTrails(incident);
  return (
    incident.drill !== undefined &&
    told.length > 0 &&
    told.every(({ origin, last }) => origin === 'undeclared' && last.standing === 'missing')
  );
}
