import type { Attempt } from '../kinds/kind.ts';
import { kindOf, titleOf } from '../kinds/kinds.ts';
import type { Home } from '../kinds/home.ts';
import { type Harm, harmOf, type ResourceOutcome, type ResourceShape } from '../kinds/resource.ts';
import { type Call, isCallOn } from '../record/call.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
import type { Incident } from './incident.ts';
import { callOf, callOnResource } from './telling-call.ts';

/** Whether the last reading of a resource showed it complete and as declared. */
export function isResourceWhole({ remaining, last }: ResourceOutcome): boolean {
  return remaining.length === 0 && Object.keys(last.unread).length === 0;
}

/** Whether it is there and this account's, so that it can be repaired at all. */
export function isResourceRepairable({ last }: ResourceOutcome): boolean {
  return last.standing !== 'foreign';
}

/** Whether something was put right, by the last reading. */
export function isResourceRestored({ attempts, found, remaining }: ResourceOutcome): boolean {
  const isMended = found.some(({ field }) => !remaining.some((drift) => drift.field === field));
  return isMended && attempts.some(({ error }: Attempt<ResourceShape>) => !error);
}

/** Whether a resource has a part in the story: a call is on it, or something is wrong with it. */
function concerns(incident: Incident, outcome: ResourceOutcome): boolean {
  const { found, attempts, remaining, last, declared } = outcome;
  const isWrong = found.length + attempts.length + remaining.length + Object.keys(last.unread).length > 0;
  return isWrong || callOnResource(incident, declared) !== undefined;
}

/** The resources of the story, the one of the most telling call first. */
export function concernedResources(incident: Incident): ResourceOutcome[] {
  const call = callOf(incident);
  const told = incident.resources.filter((outcome) => concerns(incident, outcome));
  const isFirst = ({ declared }: ResourceOutcome) =>
    call !== undefined && callOnResource({ ...incident, calls: [call] }, declared) !== undefined;
  return [...told.filter(isFirst), ...told.filter((outcome) => !isFirst(outcome))];
}

/** Whether a reading can show what a call has changed: not where that is a field of which it is not known how it should be. */
function shows({ declared, remaining, found }: ResourceOutcome, { tampering: { part } }: Call): boolean {
  const isField = Object.hasOwn(kindOf(declared).fields, part);
  return !isField || declared.fields[part] !== undefined || found.length + remaining.length > 0;
}

/** Resources that its calls are on, and that this pass has not looked at, or not well enough: another function does, later. */
export function unseenResources({ calls, guarded, resources, home }: Incident): DeclaredResource[] {
  const outcomes = new Map(resources.map((outcome) => [idOfResource(outcome), outcome]));
  return guarded.filter((declared) => {
    const outcome = outcomes.get(idOfResource({ declared }));
    return calls.some((call) => isCallOn(call, declared, home) && !(outcome && shows(outcome, call)));
  });
}

/** What becomes of the logs by all that was found on a resource. */
export function harmsTo({ declared, found }: ResourceOutcome, home: Home): Harm[] {
  return found.map((drift) => harmOf(kindOf(declared), drift, home));
}

/** What happened to a resource: shortly as in a subject, and as what follows its name in a sentence. */
export function happeningToResource(
  incident: Incident,
  outcome: ResourceOutcome,
): { readonly deed: string; readonly story: string } {
  const { declared, found, last } = outcome;
  const call = callOnResource(incident, declared);
  if (call) return call.tampering;
  const standing = found.find(({ field }) => field === 'standing')?.found;
  if (standing === 'foreign')
    return { deed: 'belongs to another account', story: 'was found to BELONG TO ANOTHER ACCOUNT' };
  if (standing === 'missing') return { deed: 'found deleted', story: 'was found DELETED' };
  if (found.length > 0)
    return {
      deed: 'found changed',
      story: `was found CHANGED: ${found.map(({ field }) => field).join(', ')}`,
    };
  const unread = Object.keys(last.unread);
  if (unread.length > 0) return { deed: 'unread', story: `could NOT be read: ${unread.join(', ')}` };
  return { deed: 'checked', story: 'was looked at' };
}

/** A resource, and for which trails it is there. */
export function titleWithTrails({ declared }: Pick<ResourceOutcome, 'declared'>): string {
  const { trails, purpose } = declared;
  if (purpose === 'guard') return `Trailkeeper's own ${titleOf(declared)}`;
  const served = trails.length > 0 ? ` of ${trails.join(', ')}` : '';
  return `${titleOf(declared)}${served}`;
}

/** What is wrong with it once a pass is over, as a text to compare; empty where nothing is. */
export function wrongWithResource({ remaining, last }: ResourceOutcome): string {
  const unread = Object.entries(last.unread).map(([part, why]) => `${part}: ${why ?? ''}`);
  return [...remaining.map(({ field }) => field), ...unread].join('\n');
}

/** By which the ledger remembers it. */
export function idOfResource({ declared }: Pick<ResourceOutcome, 'declared'>): string {
  return `${declared.kind} ${declared.name}`;
}
