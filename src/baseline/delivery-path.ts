import type { KindName } from '../kinds/kinds.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import type { Baseline, Declaration, DeliveryPath } from './baseline.ts';

/** The kind of what a list declares, and whether a trail delivers through it. */
interface Listed {
  readonly list: Exclude<keyof DeliveryPath, 'NotWatched'>;
  readonly kind: KindName;
  readonly serves: (declaration: Declaration, trail: Trail) => boolean;
}

const LISTS: readonly Listed[] = [
  { list: 'Buckets', kind: 'bucket', serves: ({ Name }, { S3BucketName }) => Name === S3BucketName },
  { list: 'Keys', kind: 'key', serves: ({ Name }, { KmsKeyId }) => Name === KmsKeyId },
  {
    list: 'LogGroups',
    kind: 'log-group',
    // arn:partition:logs:region:account:log-group:name:*
    serves: ({ Name }, { CloudWatchLogsLogGroupArn }) => Name === CloudWatchLogsLogGroupArn?.split(':')[6],
  },
  {
    list: 'Roles',
    kind: 'role',
    // Its path, which is no part of its name, stands before it.
    serves: ({ Name }, { CloudWatchLogsRoleArn }) => Name === CloudWatchLogsRoleArn?.split('/').at(-1),
  },
  { list: 'Topics', kind: 'topic', serves: ({ Name }, { SnsTopicName }) => Name === SnsTopicName },
];

/** What the declared trails deliver through, as resources to guard. */
export function deliveryPath({ Trails, DeliveryPath = {} }: Baseline): DeclaredResource[] {
  return LISTS.flatMap(({ list, kind, serves }) =>
    (DeliveryPath[list] ?? []).map((declaration) => {
      const { Name, watch, exact, ...fields } = declaration;
      return {
        kind,
        name: Name,
        purpose: 'delivery',
        watch,
        ...(exact !== undefined && { exact }),
        trails: Trails.filter((trail) => serves(declaration, trail)).map((trail) => trail.Name),
        fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
      };
    }),
  );
}
