import { createHash } from 'node:crypto';
import { asRecord } from '../foreign/values.ts';
import type { Drift } from '../kinds/kind.ts';
import type { Field } from '../kinds/trail/fields.ts';
import { KINDS } from '../kinds/kinds.ts';
import type { ResourceKind, ResourceOutcome } from '../kinds/resource.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { type Pass, passText } from './pass.ts';

/** A text of at most so many characters; of a longer one the end is told by its length and digest, so that two that differ still do. */
function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 8);
  const cut = `${text.slice(0, most)}…(+${text.length - most} characters, ${digest})`;
  return cut.length < text.length ? cut : text;
}

/** A value of which no text is longer, and no list has more items. */
function bounded(value: unknown, longest: number, mostItems = Infinity): unknown {
  if (typeof value === 'string') return cutText(value, longest);
  if (Array.isArray(value)) return value.slice(0, mostItems).map((each) => bounded(each, longest, mostItems));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, bounded(each, longest, mostItems)]),
  );
}

/** By these a call is known: who made it, when, from where, on what, and which ids AWS gave it. */
const IDENTITY = {
  envelope: ['version', 'id', 'source', 'detail-type', 'account', 'region', 'time'],
  detail: [
    ...['eventID', 'requestID', 'eventName', 'eventSource', 'eventTime', 'awsRegion', 'recipientAccountId'],
    ...['userIdentity', 'sourceIPAddress', 'userAgent', 'vpcEndpointId', 'vpcEndpointAccountId'],
    ...['errorCode', 'errorMessage'],
  ],
  request: [
    ...['name', 'trailName', 'resourceId', 'eventDataStore'],
    ...Object.values<ResourceKind>(KINDS).flatMap(({ naming }) => naming),
  ],
};

/** What is longer, as JSON, was not written by CloudTrail: an ARN is shorter, and so is all that makes up an identity. */
const LONGEST_OF_IDENTITY = 4000;

function identity(value: unknown, names: readonly string[]): Record<string, unknown> {
  const known = Object.entries(asRecord(value)).filter(([name]) => names.includes(name));
  return Object.fromEntries(
    known.filter(([, each]) => each !== undefined && JSON.stringify(each).length <= LONGEST_OF_IDENTITY),
  );
}

function identityOf(event: unknown): unknown {
  const { detail } = asRecord(event);
  if (asRecord(detail)['eventName'] === undefined) return bounded(event, 200, 5);
  const requestParameters = identity(asRecord(detail)['requestParameters'], IDENTITY.request);
  return {
    ...identity(event, IDENTITY.envelope),
    detail: { ...identity(detail, IDENTITY.detail), requestParameters },
  };
}

const each =
  (
    cut: (outcome: TrailOutcome) => TrailOutcome,
    cutResource: (outcome: ResourceOutcome) => ResourceOutcome = (outcome) => outcome,
  ) =>
  (pass: Pass): Pass => ({
    ...pass,
    outcomes: pass.outcomes.map(cut),
    resources: pass.resources.map(cutResource),
  });

/** Of a resource's readings only what is still wrong, and of its repairs which they are: nothing else of them is told. */
function cutResourceReadings(outcome: ResourceOutcome): ResourceOutcome {
  const { declared, first, last, remaining, planned, attempts } = outcome;
  const wrong = remaining.map(({ field }) => field);
  const { AliasName } = declared.fields;
  const bare = ({ kind, name }: ResourceOutcome['planned'][number]) => ({ kind, name, input: {}, sets: {} });
  return {
    ...outcome,
    declared: { ...declared, fields: AliasName === undefined ? {} : { AliasName } },
    first: { ...first, state: {} },
    last: {
      ...last,
      state: Object.fromEntries(Object.entries(last.state).filter(([field]) => wrong.includes(field))),
    },
    planned: planned.map(bare),
    attempts: attempts.map(({ repair, ...attempt }) => ({ ...attempt, repair: bare(repair) })),
  };
}

const cutResourceValues =
  (cut: (value: unknown) => unknown) =>
  (outcome: ResourceOutcome): ResourceOutcome => {
    const less = ({ field, declared, found }: Drift) => ({
      field,
      declared: cut(declared),
      found: cut(found),
    });
    const { last } = outcome;
    const state = Object.entries(last.state).map(([field, value]) => [field, cut(value)]);
    return {
      ...outcome,
      found: outcome.found.map(less),
      remaining: outcome.remaining.map(less),
      last: { ...last, state: Object.fromEntries(state) as typeof last.state },
      remarks: outcome.remarks.map((remark) => cutText(remark, 200)),
    };
  };

/** Of the readings only whether it logs, and what is still wrong: nothing else of them is told. */
function cutReadings(outcome: TrailOutcome): TrailOutcome {
  const { first, last, remaining } = outcome;
  const wrong = ['IsLogging', ...remaining.map(({ field }) => field)];
  const { IsLogging } = first.state;
  return {
    ...outcome,
    first: { ...first, state: IsLogging === undefined ? {} : { IsLogging } },
    last: {
      ...last,
      state: Object.fromEntries(Object.entries(last.state).filter(([field]) => wrong.includes(field))),
    },
  };
}

/** Of the repairs what is told of them: which they are, what they set, and the ids and errors that AWS answered. */
const cutRepairs =
  (longest: number, mostItems: number) =>
  (outcome: TrailOutcome): TrailOutcome => {
    const less = <R>(repair: R) => bounded(repair, longest, mostItems) as R;
    return {
      ...outcome,
      planned: outcome.planned.map(less),
      attempts: outcome.attempts.map(({ repair, error, ...attempt }) => ({
        ...attempt,
        repair: less(repair),
        ...(error && {
          error: Object.assign(new Error(cutText(error.message, 500)), {
            name: error.name,
            ...(error.requestId !== undefined && { requestId: error.requestId }),
          }),
        }),
      })),
    };
  };

/** The values of what was found, by what becomes of each; that a field has drifted, and that a list is longer or shorter, stays. */
const cutValues =
  (cut: (value: unknown) => unknown) =>
  (outcome: TrailOutcome): TrailOutcome => {
    const less = ({ field, declared, found }: Drift<Field>) => ({
      field,
      declared: cut(declared),
      found: cut(found),
    });
    const { last } = outcome;
    const state = Object.entries(last.state).map(([field, value]) => [field, cut(value)]);
    return {
      ...outcome,
      found: outcome.found.map(less),
      remaining: outcome.remaining.map(less),
      last: { ...last, state: Object.fromEntries(state) as typeof last.state },
    };
  };

/** Stands for a value that does not fit, however it is cut: a digest, so that what differs still does. */
function digestOf(value: unknown): unknown {
  const text = typeof value === 'object' ? JSON.stringify(value) : undefined;
  return text === undefined ? value : cutText(text, 0);
}

/** What a pass is cut by, one after the other until it fits: first what nobody is told, last what people need most. */
export const CUTS: readonly (readonly [what: string, cut: (pass: Pass) => Pass])[] = [
  ['readings', each(cutReadings, cutResourceReadings)],
  ['long values of repairs', each(cutRepairs(200, 50))],
  ['long values of the event', (pass) => ({ ...pass, event: bounded(pass.event, 1000) })],
  ['repairs', each(cutRepairs(100, 3))],
  [
    'long values of what was found',
    each(
      cutValues((value) => bounded(value, 200)),
      cutResourceValues((value) => bounded(value, 200)),
    ),
  ],
  [
    'the event, but for who made the call, when, and on what',
    (pass) => ({ ...pass, event: identityOf(pass.event) }),
  ],
  [
    'values of what was found',
    each(
      cutValues((value) => bounded(value, 30)),
      cutResourceValues((value) => bounded(value, 30)),
    ),
  ],
  ['all lists of what was found', each(cutValues(digestOf), cutResourceValues(digestOf))],
];

/**
 * A pass as the text of a message that fits, by what `fits` says. What does not is cut where it hurts least, and `cut` in the pass names
 * what; whose call it was, its ids, and those of the guard's requests always stay.
 */
export function fittingText(pass: Pass, fits: (text: string) => boolean): string {
  let less = pass;
  let text = passText(pass);
  for (const [what, cut] of CUTS) {
    if (fits(text)) break;
    less = { ...cut(less), cut: [...(less.cut ?? []), what] };
    text = passText(less);
  }
  return text;
}
