import type { Baseline } from '../baseline/baseline.ts';
import { BLOWS } from './blows.ts';

/** Most characters that one policy of an organisation may have: an RCP everywhere, an SCP by the older of two documented limits. */
export const MOST_CHARACTERS = 5120;

/** Who is exempted, by ARNs of roles, with `*` where need be, and in which partition. */
export interface Exempted {
  readonly partition: string;
  readonly deployRoles: readonly string[];
  readonly breakGlass: readonly string[];
}

/** One statement of a policy, in its JSON. */
interface Statement {
  readonly Sid: string;
  readonly Effect: 'Deny';
  readonly Principal?: '*';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy of an organisation. */
export interface OrganizationPolicy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** Every name that the stack of a stage gives, or lets CloudFormation make up, begins so. */
const OWN = 'trailkeeper-*';

/** CloudFormation puts the tags of the stack on its key, which has no name. */
const TAG = { 'aws:ResourceTag/service': 'trailkeeper' };

const present = (values: readonly (string | undefined)[]): string[] =>
  [...new Set(values.flatMap((value) => value ?? []))].toSorted();

/** ARNs of what the declared trails deliver through. */
function deliveryPath(baselines: readonly Baseline[], partition: string) {
  const trails = baselines.flatMap(({ Trails }) => Trails);
  const groups = present(trails.map((trail) => trail.CloudWatchLogsLogGroupArn?.replace(/:\*$/, '')));
  return {
    buckets: present(trails.map(({ S3BucketName }) => `arn:${partition}:s3:::${S3BucketName}`)),
    keys: present(trails.map(({ KmsKeyId }) => KmsKeyId)),
    // Some of the calls are authorised on the group, and some on its streams.
    logGroups: groups.flatMap((group) => [group, `${group}:*`]),
    roles: present(trails.map(({ CloudWatchLogsRoleArn }) => CloudWatchLogsRoleArn)),
    topics: present(trails.map(({ SnsTopicName }) => SnsTopicName)),
  };
}

/** Buckets, and what is in them. */
const withObjects = (buckets: readonly string[]) => buckets.flatMap((bucket) => [bucket, `${bucket}/*`]);

/**
 * The service control policy: whatever tampers with trails, with what the declared trails deliver through, or with the guard's
 * own parts is denied to everyone in the accounts that it is attached to, but to the guard's roles and those who are exempted.
 * Nobody may become one of these: their roles are kept, too. It denies no reading.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
 */
export function serviceControlPolicy(
  baselines: readonly Baseline[],
  { partition, deployRoles, breakGlass }: Exempted,
): OrganizationPolicy {
  const own = (service: string, resource: string) => `arn:${partition}:${service}:*:*:${resource}`;
  const ownRoles = `arn:${partition}:iam::*:role/${OWN}`;
  const ownBuckets = [`arn:${partition}:s3:::${OWN}`];
  const { buckets, keys, logGroups, roles, topics } = deliveryPath(baselines, partition);
  const exempted = [...deployRoles, ...breakGlass];
  const others = { ArnNotLike: { 'aws:PrincipalArn': [ownRoles, ...exempted] } };
  const deny = (
    Sid: string,
    Action: readonly string[],
    Resource: readonly string[],
    more: Statement['Condition'] = {},
  ): Statement => ({ Sid, Effect: 'Deny', Action, Resource, Condition: { ...others, ...more } });
  const { alarm, bucket, key, logGroup, role, queue, rule, schedule, stack, table, topic } = BLOWS;
  return {
    Version: '2012-10-17',
    Statement: [
      // A right fits the resources of its own service only: so all of them stand in one statement.
      deny(
        'TrailsPathAndParts',
        [
          ...[BLOWS.trail, bucket, key, logGroup, topic, role].flat(),
          ...[queue, table, rule, schedule, BLOWS.function, alarm, stack].flat(),
        ],
        [
          own('cloudtrail', 'trail/*'),
          ...withObjects([...buckets, ...ownBuckets]),
          ...keys,
          // The last are those that CloudWatch fills with CloudTrail's events, without a trail.
          ...[
            ...logGroups,
            own('logs', `log-group:/aws/lambda/${OWN}`),
            own('logs', 'log-group:aws/cloudtrail/*'),
          ],
          ...[...topics, own('sns', OWN)],
          ...[...roles, ownRoles, ...exempted, `arn:${partition}:iam::*:policy/${OWN}`],
          `arn:${partition}:iam::*:role/aws-service-role/cloudtrail.amazonaws.com/*`,
          own('sqs', OWN),
          own('dynamodb', `table/${OWN}`),
          own('events', `rule/${OWN}`),
          own('scheduler', `schedule/*/${OWN}`),
          own('lambda', `function:${OWN}`),
          ...[own('cloudwatch', `alarm:${OWN}`), `arn:${partition}:cloudwatch::*:dashboard/${OWN}`],
          own('cloudformation', `stack/${OWN}`),
        ],
      ),
      // What is deployed lies there on its way. Others may write to a bucket that trails deliver to.
      deny('Packages', ['s3:PutObject*'], withObjects(ownBuckets)),
      deny('Mappings', BLOWS.mapping, ['*'], {
        ArnLike: { 'lambda:FunctionArn': own('lambda', `function:${OWN}`) },
      }),
      deny('AlertKey', key, ['*'], { StringEquals: TAG }),
      deny('Membership', BLOWS.membership, ['*']),
    ],
  };
}

/** The same ARN in each of the accounts, where it is not of one alone. */
const within = (arn: string, accounts: readonly string[]) =>
  arn.includes(':iam::*:') ? accounts.map((account) => arn.replace(':iam::*:', `:iam::${account}:`)) : [arn];

/**
 * The resource control policy beside it, for what a policy of its own can open to callers whom no SCP of the organisation
 * binds: its management account, and strangers. Who is exempted must be of an account that a baseline is for: anybody can
 * give a role in an account of their own any name. AWS services that act for themselves are spared.
 * https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
 */
export function resourceControlPolicy(
  baselines: readonly Baseline[],
  { partition, deployRoles, breakGlass }: Exempted,
): OrganizationPolicy {
  const accounts = present(baselines.map(({ Account }) => Account));
  const exempted = [`arn:${partition}:iam::*:role/${OWN}`, ...deployRoles, ...breakGlass];
  const { buckets, keys } = deliveryPath(baselines, partition);
  const others = {
    ArnNotLike: { 'aws:PrincipalArn': exempted.flatMap((arn) => within(arn, accounts)) },
    BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
  };
  const deny = (
    Sid: string,
    Action: readonly string[],
    Resource: readonly string[],
    more: Statement['Condition'] = {},
  ): Statement => ({
    Sid,
    Effect: 'Deny',
    Principal: '*',
    Action,
    Resource,
    Condition: { ...others, ...more },
  });
  const { bucket, key, queue, table } = BLOWS;
  return {
    Version: '2012-10-17',
    Statement: [
      deny('PathAndParts', [bucket, key, queue, table].flat(), [
        ...withObjects([...buckets, `arn:${partition}:s3:::${OWN}`]),
        ...keys,
        `arn:${partition}:sqs:*:*:${OWN}`,
        `arn:${partition}:dynamodb:*:*:table/${OWN}`,
      ]),
      deny('Packages', ['s3:PutObject*'], [`arn:${partition}:s3:::${OWN}/*`]),
      deny('AlertKey', key, ['*'], { StringEquals: TAG }),
    ],
  };
}
