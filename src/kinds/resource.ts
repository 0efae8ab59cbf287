import { asRecord } from '../foreign/values.ts';
import type { Home } from './home.ts';
import type { Drift, Kind, Observed, Outcome } from './kind.ts';

/**
 * What becomes of the logs while a field is not as declared.
 * - `lost`: log files are lost, or can be deleted; or the guard does not guard.
 * - `exposed`: strangers can read them.
 * - `delayed`: they come late, or somebody who waits for them does not hear of them.
 * - `minor`: none of these.
 */
export type Harm = 'lost' | 'exposed' | 'delayed' | 'minor';

/** What a resource is there for: what the declared trails deliver through, or the guard itself. */
export type Purpose = 'delivery' | 'guard';

/** One resource beside the trails, as it ought to be. What is not among its fields is not guarded. */
export interface DeclaredResource {
  /** One of those in `kinds.ts`. */
  readonly kind: string;
  /** As its service's API takes it: a bucket's name, a key's ARN. */
  readonly name: string;
  readonly purpose: Purpose;
  /** `alert`: what is not as declared is told, and not repaired. */
  readonly watch: 'enforce' | 'alert';
  /** What is found beside what is declared goes, whatever it is for: statements, notifications, filters. */
  readonly exact?: boolean;
  /** The trails that deliver through it. */
  readonly trails: readonly string[];
  /** By the names that the API's requests give them; what is null, or empty, must not be there. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A resource as its API shows it now. */
export interface ObservedResource extends Observed {
  readonly name: string;
  /** `foreign`: there is one of that name, and it belongs to another account. */
  readonly standing: 'here' | 'missing' | 'foreign';
  readonly state: Readonly<Record<string, unknown>>;
}

/** One request that puts something back. It can be printed, and sent as it is. */
export interface ResourceRepair {
  /** The API's name of the call. */
  readonly kind: string;
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** The fields as they stand once it has succeeded. */
  readonly sets: Readonly<Record<string, unknown>>;
  /** It makes the resource, and nothing else can be repaired where it is refused. */
  readonly founds?: true;
  /** What to ask for where this is refused: less of it. */
  readonly otherwise?: ResourceRepair;
}

/** The types of all kinds but the trail. */
export interface ResourceShape {
  Declared: DeclaredResource;
  Observed: ObservedResource;
  Repair: ResourceRepair;
  Field: string;
}

/** What one pass found on one resource, did about it, and left. */
export interface ResourceOutcome extends Outcome<ResourceShape> {
  readonly declared: DeclaredResource;
  /** What is not declared and was left alone all the same, in words. */
  readonly remarks: readonly string[];
}

/** One field: how bad its drift is, when it is none, and what puts it back. */
export interface FieldRule {
  /** At worst; {@link harmOf} says it of one drift. */
  readonly harm: Harm;
  /** How bad one drift of it is, where that depends on what is found. */
  readonly grade?: (declared: unknown, found: unknown, home: Home) => Harm;
  /** It may be declared not to be there: then it is drift when somebody adds it. */
  readonly mayBeAbsent?: true;
  /** Whether what is found is as good as what is declared; equality of values where this is left out. */
  readonly isAsGood?: (declared: unknown, found: unknown, resource: DeclaredResource, home: Home) => boolean;
  /** The requests that put it back; where this is left out, it can only be told. */
  readonly repair?: (resource: DeclaredResource, observed: ObservedResource, home: Home) => ResourceRepair[];
  /** What people do about it where nothing else puts it back. */
  readonly todo?: string;
  /** What is found beside what is declared, and does no harm. */
  readonly remarks?: (declared: unknown, found: unknown, resource: DeclaredResource, home: Home) => string[];
}

/** A call that tampers with a resource: told shortly as in a subject, and as what follows its name in a sentence. */
export interface ResourceTampering {
  readonly deed: string;
  readonly story: string;
  /** The field that it changes, `all` for the whole resource, or a name of its own for what no reading shows. */
  readonly part: string;
  readonly harm: Harm;
}

/** One sort of resource beside the trails, all of it data and pure functions. A folder each. */
export interface ResourceKind {
  /** As people say it: `bucket`. */
  readonly noun: string;
  /** The service, as its calls are recorded: `s3.amazonaws.com`. */
  readonly source: string;
  /** The ARN of one, for rights. */
  readonly arn: (resource: DeclaredResource, home: Home) => string;
  /** The dates that the service puts behind the names of its calls, where it does. */
  readonly dated?: Readonly<Record<string, string>>;
  /** The calls that tamper with it, as CloudTrail spells them; dates that a service puts behind a name are left out. */
  readonly tamperings: Readonly<Record<string, ResourceTampering>>;
  /** The parameters of its calls that name it, or one of its names; `outer.inner` where one lies within another. */
  readonly naming: readonly string[];
  /** All the names by which calls may mean a resource; its declared name alone where this is left out. */
  readonly names?: (resource: DeclaredResource, home: Home) => readonly string[];
  /** What the names begin with of what belongs to it, like the subscriptions of a topic; none where this is left out. */
  readonly prefixes?: (resource: DeclaredResource, home: Home) => readonly string[];
  /** There is one of it: a call that names none means it, too. */
  readonly isOnlyOne?: true;
  /** What people do about its calls, where no function can look at what came of them. */
  readonly todo?: string;
  /** In the order in which they are put back: what another one needs comes first. */
  readonly fields: Readonly<Record<string, FieldRule>>;
  /** What makes it anew where it is gone, before its fields are put back; where there is none, people have to. */
  readonly create?: (resource: DeclaredResource, home: Home) => ResourceRepair | undefined;
  /** What does not come back when it is made anew, as a sentence says it. */
  readonly lost?: string;
  /** Where there is none: the one command by which people make it anew. */
  readonly command?: (name: string) => string;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** A value in a form in which equal ones are equal texts: no order of members, nothing that is empty. */
export function normal(value: unknown): unknown {
  if (isEmpty(value)) return undefined;
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(normal(item))))].sort();
  if (typeof value !== 'object') return value;
  const members = asRecord(value);
  const said = Object.keys(members)
    .sort()
    .map((key) => [key, normal(members[key])] as const)
    .filter(([, member]) => member !== undefined);
  return said.length > 0 ? Object.fromEntries(said) : undefined;
}

/** Whether two values of an API say the same; lists are taken as sets. */
export function isEqual(a: unknown, b: unknown): boolean {
  return JSON.stringify(normal(a)) === JSON.stringify(normal(b));
}

/** One repair that asks for the first of some, and, where it is refused, for the next; none of none. */
export function inTurn(repairs: readonly ResourceRepair[]): ResourceRepair[] {
  const first = repairs.reduceRight<ResourceRepair | undefined>(
    (otherwise, repair) => ({ ...repair, ...(otherwise && { otherwise }) }),
    undefined,
  );
  return first ? [first] : [];
}

/** By these names AWS says that it has too much to do. https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html */
const BUSY = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|LimitExceededException$|BandwidthLimit/;

/** What may have passed by the next try: AWS's own faults, what is changing already, and what never reached AWS. */
const TRANSIENT =
  /Throttl|TooManyRequests|SlowDown|RequestLimit|ServiceUnavailable|InternalError|InternalFailure|InternalServer|ServiceFailure|OperationAborted|ConflictException|ConcurrentModification|OptimisticLock|QueueDeletedRecently|Timeout|ECONN|EPIPE|socket|network/i;

/** What AWS answers has a name of its own; its message may quote what others wrote. */
const isTransient = ({ name, message }: Error): boolean =>
  TRANSIENT.test(name) || (name === 'Error' && TRANSIENT.test(message));

function drifts(
  { fields }: ResourceKind,
  declared: DeclaredResource,
  observed: ObservedResource,
  home: Home,
): Drift[] {
  if (observed.standing !== 'here')
    return [{ field: 'standing', declared: 'here', found: observed.standing }];
  return Object.entries(fields).flatMap(([field, { isAsGood = isEqual }]) => {
    if (!Object.hasOwn(declared.fields, field) || observed.unread[field] !== undefined) return [];
    const [wanted, found] = [declared.fields[field], observed.state[field]];
    return isAsGood(wanted, found, declared, home) ? [] : [{ field, declared: wanted, found }];
  });
}

function planned(
  kind: ResourceKind,
  declared: DeclaredResource,
  observed: ObservedResource,
  home: Home,
): ResourceRepair[] {
  if (declared.watch === 'alert' || observed.standing === 'foreign') return [];
  const made = observed.standing === 'missing' ? kind.create?.(declared, home) : undefined;
  if (observed.standing === 'missing' && !made) return [];
  const standing = made ? after(made, observed) : observed;
  const repairs = drifts(kind, declared, standing, home).flatMap(
    ({ field }) => kind.fields[field]?.repair?.(declared, standing, home) ?? [],
  );
  return withoutRepeats(made ? [made, ...repairs] : repairs);
}

/** One request may put back several fields: it is made once. */
function withoutRepeats(repairs: readonly ResourceRepair[]): ResourceRepair[] {
  const texts = repairs.map(({ kind, input }) => JSON.stringify([kind, input]));
  return repairs.filter((_repair, index) => texts.indexOf(texts[index] ?? '') === index);
}

function after({ sets }: ResourceRepair, observed: ObservedResource): ObservedResource {
  return { ...observed, standing: 'here', state: { ...observed.state, ...sets } };
}

/** How a sort of resource is judged and repaired, for the loop. */
export function loopKind(kind: ResourceKind, home: Home): Kind<ResourceShape> {
  return {
    drift: (declared, observed) => drifts(kind, declared, observed, home),
    plan: (declared, observed) => planned(kind, declared, observed, home),
    probe: () => [],
    after,
    next: ({ otherwise }, refusal) => (refusal && otherwise && !isTransient(refusal) ? [otherwise] : []),
    isTransient,
    isBusy: ({ name }) => BUSY.test(name),
    isFoundation: ({ founds }) => founds === true,
    isUrgent: ({ standing }) => standing === 'missing',
  };
}

/** How bad one drift of a resource is. */
export function harmOf({ fields }: ResourceKind, { field, declared, found }: Drift, home: Home): Harm {
  // A resource that is gone, or somebody else's, takes all that is delivered through it along.
  if (field === 'standing') return 'lost';
  const rule = fields[field];
  return rule?.grade?.(declared, found, home) ?? rule?.harm ?? 'minor';
}

/** What was found beside what is declared, and left alone. */
export function remarksOn(
  kind: ResourceKind,
  declared: DeclaredResource,
  { standing, state }: ObservedResource,
  home: Home,
): string[] {
  if (standing !== 'here') return [];
  return Object.entries(declared.fields).flatMap(
    ([field, wanted]) => kind.fields[field]?.remarks?.(wanted, state[field], declared, home) ?? [],
  );
}
