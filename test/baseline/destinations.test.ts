import { BaselineError, parseBaseline } from '../../src/baseline/read.ts';

const head = `\
Account: "123456789012"
Region: us-east-1
Trails:
  - Name: audit
    S3BucketName: audit-logs
    S3KeyPrefix: prod
    IsMultiRegionTrail: false
    IncludeGlobalServiceEvents: false
    EnableLogFileValidation: true
DeliveryPath:
`;

const cloudTrail = (Action: string, Resource: string, Condition = {}) => ({
  Effect: 'Allow',
  Principal: { Service: 'cloudtrail.amazonaws.com' },
  Action,
  Resource,
  Condition,
});
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement });
const acl = cloudTrail('s3:GetBucketAcl', 'arn:aws:s3:::audit-logs');
const place = 'arn:aws:s3:::audit-logs/prod/AWSLogs/123456789012/*';
const bucket = (...policies: object[]) =>
  `  Buckets:\n    - Name: audit-logs\n      Policy: '${policyOf(...policies)}'\n`;

/** Every fault of a file, without its name. */
function faults(path: string): string[] {
  try {
    parseBaseline(head + path, 'prod.yml');
    return [];
  } catch (error) {
    if (error instanceof BaselineError)
      return error.message.split('\n').map((line) => line.replace('prod.yml:', ''));
    throw error;
  }
}

const MISSING = `s3:PutObject on arn:aws:s3:::audit-logs/prod/AWSLogs/123456789012/CloudTrail/`;

test.each<[string, string, string[]]>([
  ['a policy that lets CloudTrail deliver', bucket(acl, cloudTrail('s3:PutObject', place)), []],
  [
    'a policy for another prefix',
    bucket(acl, cloudTrail('s3:PutObject', place.replace('prod', 'test'))),
    [
      `13:7 Buckets audit-logs: Policy keeps CloudTrail from delivering audit: allow cloudtrail.amazonaws.com ${MISSING}`,
    ],
  ],
  [
    'a policy for another trail',
    bucket(
      acl,
      cloudTrail('s3:PutObject', place, {
        StringEquals: { 'aws:SourceArn': 'arn:aws:cloudtrail:us-east-1:123456789012:trail/other' },
      }),
    ),
    [
      `13:7 Buckets audit-logs: Policy keeps CloudTrail from delivering audit: allow cloudtrail.amazonaws.com ${MISSING}`,
    ],
  ],
  [
    'what is no policy',
    "  Buckets:\n    - Name: audit-logs\n      Policy: '{'\n",
    [
      '13:7 Buckets audit-logs: Policy is no policy: give a Version, and a Statement with an Effect and an Action',
    ],
  ],
  [
    'a statement without an effect',
    '  Topics:\n    - Name: arn:aws:sns:us-east-1:123456789012:x\n      Policy: {Statement: [{Action: sns:Publish}]}\n',
    [
      '13:7 Topics arn:aws:sns:us-east-1:123456789012:x: Policy is no policy: give a Version, and a Statement with an Effect and an Action',
    ],
  ],
  [
    'a retention that CloudWatch Logs does not know',
    '  LogGroups:\n    - Name: audit\n      retentionInDays: 2\n',
    [expect.stringMatching(/^13:7 LogGroups audit: retentionInDays is none of 1, 3, 5/) as string],
  ],
  [
    'one thing twice',
    '  Roles:\n    - Name: a\n    - Name: a\n',
    ['11:3 DeliveryPath.Roles declares a twice: keep one'],
  ],
  [
    'a field that is not there',
    '  Buckets:\n    - Name: audit-logs\n      LifecycleConfiguration: null\n',
    [],
  ],
  [
    'a field that nobody knows',
    '  Keys:\n    - Name: arn:aws:kms:us-east-1:123456789012:key/1\n      Owner: me\n',
    [
      '13:7 Keys arn:aws:kms:us-east-1:123456789012:key/1: Owner is not known here: remove it, or correct its name',
    ],
  ],
])('a file with %s: %#', (_what, path, expected) => {
  expect(faults(path)).toEqual(expected);
});
