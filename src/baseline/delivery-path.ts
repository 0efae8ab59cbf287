import type { ReadableKind } from '../kinds/kinds.ts';
import { keyBehind } from '../kinds/key/behind.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import type { Baseline, DeliveryPath } from './baseline.ts';

/** What a trail says of where it delivers to. */
export type Delivering = Partial<
  Pick<
    Trail,
    'S3BucketName' | 'KmsKeyId' | 'CloudWatchLogsLogGroupArn' | 'CloudWatchLogsRoleArn' | 'SnsTopicName'
  >
>;

/** A list of the file: the kind of what it declares, how a trail says which one, and its name in that. */
interface Listed {
  readonly list: Exclude<keyof DeliveryPath, 'NotWatched'>;
  readonly kind: ReadableKind;
  readonly said: (trail: Delivering) => string | undefined;
  readonly nameIn?: (arn: string) => string | undefined;
}

const LISTS: readonly Listed[] = [
  { list: 'Buckets', kind: 'bucket', said: ({ S3BucketName }) => S3BucketName },
  { list: 'Keys', kind: 'key', said: ({ KmsKeyId }) => KmsKeyId },
  {
    list: 'LogGroups',
    kind: 'log-group',
    said: ({ CloudWatchLogsLogGroupArn }) => CloudWatchLogsLogGroupArn,
    // arn:partition:logs:region:account:log-group:name:*
    nameIn: (arn) => arn.split(':')[6],
  },
  {
    list: 'Roles',
    kind: 'role',
    said: ({ CloudWatchLogsRoleArn }) => CloudWatchLogsRoleArn,
    // Its path, which is no part of its name, stands before it.
    nameIn: (arn) => arn.split('/').at(-1),
  },
  { list: 'Topics', kind: 'topic', said: ({ SnsTopicName }) => SnsTopicName },
];

/** Something that trails deliver through. */
export interface Destination extends Pick<Listed, 'list' | 'kind'> {
  /** By which its kind knows it. */
  readonly name: string;
  /** As the trail says it: where that is an ARN, it tells account and Region. */
  readonly said: string;
}

function destinationOf({ list, kind, said, nameIn }: Listed, trail: Delivering): Destination | undefined {
  const text = said(trail);
  if (!text) return undefined;
  return { list, kind, said: text, name: nameIn ? (nameIn(text) ?? text) : text };
}

/** What some trails deliver through, each once. */
export function destinationsOf(trails: readonly Delivering[]): Destination[] {
  const all = LISTS.flatMap((listed) => trails.flatMap((trail) => destinationOf(listed, trail) ?? []));
  return all.filter(
    ({ kind, name }, index) => all.findIndex((other) => other.kind === kind && other.name === name) === index,
  );
}

/** The keys by which other destinations encrypt: while one is disabled, nothing is delivered through what it encrypts. */
export function keysBehind(
  destinations: readonly { readonly kind: string; readonly fields: Readonly<Record<string, unknown>> }[],
): Destination[] {
  const arns = destinations.flatMap(({ kind, fields }) => keyBehind(kind, fields) ?? []);
  return [...new Set(arns)].map((arn) => ({ list: 'Keys', kind: 'key', name: arn, said: arn }));
}

/** What a path declares in all its lists, by kind. */
function declaredIn(path: DeliveryPath) {
  return LISTS.flatMap(({ list, kind }) =>
    (path[list] ?? []).map((fields) => ({ kind, name: fields.Name, fields })),
  );
}

/** What the declared trails deliver through and nobody declared, nor said why: it is not guarded. */
function undeclared({ Trails, DeliveryPath = {} }: Baseline): Destination[] {
  const { NotWatched = [] } = DeliveryPath;
  const direct = destinationsOf(Trails);
  const behind = keysBehind(declaredIn(DeliveryPath)).filter(
    ({ name }) => !direct.some((other) => other.name === name),
  );
  return [...direct, ...behind].filter(
    ({ list, name, said }) =>
      !DeliveryPath[list]?.some(({ Name }) => Name === name) &&
      !NotWatched.some(({ Name }) => Name === name || Name === said),
  );
}

/** What the declared trails deliver through and is not guarded, a line each, with the reason. */
export function notGuarded(baseline: Baseline): string[] {
  return [
    ...(baseline.DeliveryPath?.NotWatched ?? []).map(({ Name, Reason }) => `${Name}: ${Reason}`),
    ...undeclared(baseline).map(({ said }) => `${said}: The file does not declare it.`),
  ];
}

/** What the declared trails deliver through, as resources to guard. */
export function deliveryPath({ Trails, DeliveryPath = {} }: Baseline): DeclaredResource[] {
  const all = declaredIn(DeliveryPath);
  const goesThrough = (trail: Delivering, listed: Listed, name: string) => {
    if (destinationOf(listed, trail)?.name === name) return true;
    const encrypted = all.filter(
      ({ kind, fields }) => listed.kind === 'key' && keyBehind(kind, fields) === name,
    );
    return destinationsOf([trail]).some((each) =>
      encrypted.some(({ kind, name: other }) => kind === each.kind && other === each.name),
    );
  };
  return LISTS.flatMap((listed) =>
    (DeliveryPath[listed.list] ?? []).map(({ Name, watch, exact, ...fields }) => ({
      kind: listed.kind,
      name: Name,
      purpose: 'delivery',
      watch,
      ...(exact !== undefined && { exact }),
      trails: Trails.filter((trail) => goesThrough(trail, listed, Name)).map((trail) => trail.Name),
      fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
    })),
  );
}
