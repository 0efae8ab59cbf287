import { TAMPERINGS } from '../kinds/trail/tamperings.ts';

/**
 * What the guard's own parts, and what trails deliver through, are to be kept from, by the rights that the calls need.
 * Reading is never among them, nor what puts something back that nobody may take away.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const BLOWS = {
  trail: Object.keys(TAMPERINGS).map((name) => `cloudtrail:${name}`),
  bucket: [
    's3:BypassGovernanceRetention',
    's3:DeleteBucket*',
    's3:DeleteObject*',
    's3:PutBucket*',
    's3:Put*Configuration',
    's3:PutObjectRetention',
    's3:UpdateObjectEncryption',
  ],
  key: [
    'kms:Delete*',
    'kms:Disable*',
    'kms:PutKeyPolicy',
    'kms:ReplicateKey',
    'kms:RevokeGrant',
    'kms:ScheduleKeyDeletion',
    'kms:TagResource',
    'kms:UntagResource',
    'kms:Update*',
  ],
  logGroup: [
    'logs:*KmsKey',
    'logs:CreateExportTask',
    'logs:Delete*',
    'logs:Put*Filter',
    'logs:Put*Policy',
    'logs:PutLogGroupDeletionProtection',
  ],
  topic: ['sns:*Permission', 'sns:DeleteTopic', 'sns:PutDataProtectionPolicy', 'sns:Set*', 'sns:Unsubscribe'],
  /** A name that an exemption fits must not be taken either. */
  role: [
    'iam:Attach*',
    'iam:CreatePolicy*',
    'iam:CreateRole',
    'iam:Delete*',
    'iam:Detach*',
    'iam:PassRole',
    'iam:Put*',
    'iam:SetDefaultPolicyVersion',
    'iam:Update*',
  ],
  queue: [
    'sqs:*Permission',
    'sqs:Delete*',
    'sqs:PurgeQueue',
    'sqs:SendMessage',
    'sqs:SetQueueAttributes',
    'sqs:StartMessageMoveTask',
  ],
  table: [
    'dynamodb:BatchWriteItem',
    'dynamodb:Delete*',
    'dynamodb:PartiQL*',
    'dynamodb:Put*',
    'dynamodb:Update*',
  ],
  rule: ['events:DeleteRule', 'events:DisableRule', 'events:Put*', 'events:RemoveTargets'],
  schedule: ['scheduler:Delete*', 'scheduler:UpdateSchedule'],
  function: [
    'lambda:*Permission',
    'lambda:CreateFunctionUrlConfig',
    'lambda:Delete*',
    'lambda:Put*',
    'lambda:Update*',
  ],
  mapping: [
    'lambda:CreateEventSourceMapping',
    'lambda:DeleteEventSourceMapping',
    'lambda:UpdateEventSourceMapping',
  ],
  alarm: [
    'cloudwatch:Delete*',
    'cloudwatch:DisableAlarmActions',
    'cloudwatch:Put*Alarm',
    'cloudwatch:PutAlarmMuteRule',
    'cloudwatch:PutDashboard',
    'cloudwatch:SetAlarmState',
  ],
  stack: [
    'cloudformation:Create*',
    'cloudformation:Delete*',
    'cloudformation:Execute*',
    'cloudformation:RollbackStack',
    'cloudformation:SetStackPolicy',
    'cloudformation:Update*',
  ],
  membership: ['organizations:LeaveOrganization'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
