import type { Attempt } from '../kinds/kind.ts';
import { kindOf, partChanged, titleOf } from '../kinds/kinds.ts';
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

/** Whether a reading is compared in what a call changes of a resource: else nothing says that it is over. */
function isCompared({ kind, fields }: DeclaredResource, { eventName, tampering }: Call): boolean {
  const part = partChanged(kind, eventName) ?? tampering.part;
  return part === 'all' || fields[part] !== undefined;
}

/** A resource that calls are on, and of which this pass does not know what came of them. */
export interface Unseen {
  readonly declared: DeclaredResource;
  /** `later`: this pass has not looked at it, another function does; `never`: no reading shows it. */
  readonly looks: 'later' | 'never';
}

/** The resources of which it is not known what came of its calls, unless the reading of another one shows it. */
export function unseenResources({ calls, guarded, resources, home }: Incident): Unseen[] {
  const read = new Set(resources.map(idOfResource));
  const isRead = (declared: DeclaredResource) => read.has(idOfResource({ declared }));
  const unseen = calls.flatMap((call) => {
    const struck = guarded.filter((declared) => isCallOn(call, declared, home));
    const isShown = struck.some((declared) => isRead(declared) && isCompared(declared, call));
    return struck.filter((declared) => !isRead(declared) || !isShown);
  });
  return [...new Set(unseen)].map((declared) => {
    const isReadable = Object.keys(kindOf(declared).fields).length > 0;
    return { declared, looks: isRead(declared) || !isReadable ? 'never' : 'later' };
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
