import { keyBehind } from '../kinds/key/behind.ts';
import type { KindName } from '../kinds/kinds.ts';
import { titleOf } from '../kinds/kinds.ts';
import type { DeclaredResource, ResourceOutcome } from '../kinds/resource.ts';
import type { Times } from '../kinds/trail/observed.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import type { Incident } from './incident.ts';
import { concernedResources, idOfResource, isResourceWhole } from './resources.ts';
import { callOnResource } from './telling-call.ts';
import { concernedTrails, deliveryFaultsOf } from './verdict.ts';

/** A way in which a trail delivers. */
interface WayRule {
  /** How the readings call what goes there, which what is wrong with it begins with. */
  readonly said: readonly string[];
  readonly times: readonly (keyof Times)[];
  /** What it goes through, and the fields without which nothing does. */
  readonly needs: Readonly<Partial<Record<KindName, readonly string[]>>>;
  /** Where it ends, which encrypts with a key of its own. */
  readonly end: KindName;
}

const KEY_NEEDS = ['standing', 'KeyState', 'Policy'];

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html */
const WAYS = {
  'log files to S3': {
    said: ['log files to S3', 'digest files to S3'],
    times: ['deliveredLogFile', 'deliveredDigest'],
    needs: {
      bucket: ['standing', 'Policy', 'ServerSideEncryptionConfiguration', 'RequestPaymentConfiguration'],
      key: KEY_NEEDS,
    },
    end: 'bucket',
  },
  'events to CloudWatch Logs': {
    said: ['events to CloudWatch Logs'],
    times: ['deliveredEvents'],
    needs: {
      'log-group': ['standing', 'kmsKeyId'],
      role: ['standing', 'AssumeRolePolicyDocument', 'PermissionsBoundary', 'Policies', 'AttachedPolicies'],
      key: KEY_NEEDS,
    },
    end: 'log-group',
  },
  'notifications to SNS': {
    said: ['notifications to SNS'],
    times: ['notified'],
    needs: { topic: ['standing', 'Policy', 'KmsMasterKeyId'], key: KEY_NEEDS },
    end: 'topic',
  },
} as const satisfies Record<string, WayRule>;

export type Way = keyof typeof WAYS;

const ways = Object.entries<WayRule>(WAYS) as [Way, WayRule][];

/** The fields of a resource without which nothing goes one way; a key counts where a trail, or what is at the end of the way, uses it. */
function needsOf(incident: Incident, { needs, end }: WayRule, resource: DeclaredResource): readonly string[] {
  const { kind, name } = resource;
  if (kind !== 'key') return needs[kind as KindName] ?? [];
  const encrypting = incident.guarded.filter((each) => keyBehind(each.kind, each.fields) === name);
  const isOfTrail = incident.baseline.Trails.some(({ KmsKeyId }) => KmsKeyId === name);
  const isOnWay = encrypting.some((each) => each.kind === end) || (end === 'bucket' && isOfTrail);
  return isOnWay ? (needs.key ?? []) : [];
}

/** Whether something arrived on one way since a time, in ms since the epoch, by the last reading of a trail. */
export interface Proof {
  readonly trail: string;
  readonly way: Way;
  readonly since: number;
  readonly isProven: boolean;
  /** When something arrived last, in ms since the epoch, as far as CloudTrail says. */
  readonly latest?: number;
  /** What CloudTrail cannot deliver, and why. */
  readonly fault?: string;
}

/** `IsLogging` proves nothing, nor does a path that is as declared: what arrived since does, and that nothing failed. */
export function proofOf(outcome: TrailOutcome, way: Way, since: number): Proof {
  const { said, times }: WayRule = WAYS[way];
  const fault = deliveryFaultsOf(outcome).find((each) => said.some((what) => each.startsWith(what)));
  const latest = Math.max(...times.map((time) => outcome.last.times?.[time] ?? 0));
  return {
    trail: outcome.Name,
    way,
    since,
    isProven: fault === undefined && latest >= since,
    ...(latest > 0 && { latest }),
    ...(fault !== undefined && { fault }),
  };
}

/** The ways that a resource may have closed, which was found otherwise than declared. */
function closedBy(incident: Incident, { declared, found }: ResourceOutcome): Way[] {
  return ways.flatMap(([way, rule]) =>
    found.some(({ field }) => needsOf(incident, rule, declared).includes(field)) ? way : [],
  );
}

/**
 * Of every way that was closed, or may have been, whether it is proven that it is open again: since what was wrong on it was last looked at.
 */
export function proofsOf(incident: Incident): Proof[] {
  const closed = concernedResources(incident)
    .filter(({ declared }) => declared.purpose === 'delivery')
    .flatMap((outcome) =>
      closedBy(incident, outcome).flatMap((way) =>
        outcome.declared.trails.map((trail) => ({ trail, way, since: outcome.verifiedAt })),
      ),
    );
  const failing = concernedTrails(incident).flatMap((outcome) =>
    deliveryFaultsOf(outcome).flatMap((fault) => {
      const way = wayOf(fault);
      return way ? { trail: outcome.Name, way, since: outcome.verifiedAt } : [];
    }),
  );
  const latest = new Map<string, { trail: string; way: Way; since: number }>();
  for (const each of [...closed, ...failing]) {
    const key = `${each.trail} ${each.way}`;
    if (each.since >= (latest.get(key)?.since ?? 0)) latest.set(key, each);
  }
  return [...latest.values()].map(({ trail, way, since }) => {
    const outcome = incident.outcomes.find(({ Name }) => Name === trail);
    return outcome ? proofOf(outcome, way, since) : { trail, way, since, isProven: false };
  });
}

/** The way that a delivery fault is about. */
function wayOf(fault: string): Way | undefined {
  return ways.find(([, { said }]) => said.some((what) => fault.startsWith(what)))?.[0];
}

/** Who last changed something that trails deliver through, as far as it was told. */
export interface LastChange {
  readonly eventName: string;
  readonly actor: string;
  readonly time?: string;
}

function wrongOn(outcome: ResourceOutcome, needed: readonly string[]): string[] {
  const { found, remaining, last } = outcome;
  const fields = [...found, ...remaining].map(({ field }) => field).filter((field) => needed.includes(field));
  const unread = Object.keys(last.unread).map((field) => `${field} unread`);
  return [...new Set([...fields, ...unread])];
}

/** The call that changed a resource last: in this incident, or as it is remembered. */
export function lastChangeOf(incident: Incident, resource: DeclaredResource): LastChange | undefined {
  const call = callOnResource(incident, resource);
  if (!call) return incident.remembered?.[idOfResource({ declared: resource })]?.by;
  const { eventName, actor, time } = call;
  return { eventName, actor: actor.shortName, ...(time && { time }) };
}

/** What is known of all that a failing delivery goes through, a text each: what is wrong with it, and since whose call; the wrong first. */
export function causesOf(incident: Incident, { Name }: TrailOutcome, fault: string): string[] {
  const way = wayOf(fault);
  if (!way) return [];
  const path = incident.guarded.filter(
    (resource) =>
      resource.purpose === 'delivery' &&
      resource.trails.includes(Name) &&
      needsOf(incident, WAYS[way], resource).length > 0,
  );
  const known = path.flatMap((resource) => {
    const id = idOfResource({ declared: resource });
    const seen = incident.resources.find(({ declared }) => idOfResource({ declared }) === id);
    const before = incident.remembered?.[id];
    if (!seen && !before) return [];
    const wrong = seen
      ? wrongOn(seen, needsOf(incident, WAYS[way], resource))
      : (before?.wrong ?? '').split('\n').filter(Boolean);
    const by = lastChangeOf(incident, resource);
    const call = by && `${by.eventName} by ${by.actor}${by.time ? ` at ${by.time}` : ''}`;
    const isWrong = wrong.length > 0;
    const isMended = seen !== undefined && isResourceWhole(seen);
    const what = isWrong
      ? `${isMended ? 'was' : 'is'} not as declared (${wrong.join(', ')})${call ? `, since ${call}` : ''}`
      : `is as declared${call ? `; the last call on it was ${call}` : ''}`;
    return { isWrong, text: `${titleOf(resource)} ${what}` };
  });
  return known.toSorted((a, b) => Number(b.isWrong) - Number(a.isWrong)).map(({ text }) => text);
}
