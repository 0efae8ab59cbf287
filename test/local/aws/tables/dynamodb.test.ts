import type { AwsWithoutNetwork } from '../../../../local/aws/embedded-aws.ts';
import { assumedRole, type SignIn } from '../../../../local/aws/iam/principal.ts';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { allow, arnOf, deploy, lambdaFunction, role } from '../small-stack.ts';

const TableName = 'ledger';
const tableArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/ledger';

const deny = (Action: unknown, exceptRole: string) => ({
  Effect: 'Deny',
  Principal: '*',
  Action,
  Resource: '*',
  Condition: { ArnNotEquals: { 'aws:PrincipalArn': arnOf(exceptRole) } },
});

const ledger = (more: object = {}) => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: ['id', 'at'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-time',
        KeySchema: [{ AttributeName: 'at', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    DeletionProtectionEnabled: true,
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true },
    ...more,
  },
});

/** Signs in, and gives the way to call an operation: what it answers, or the name and text of its error. */
function caller(aws: AwsWithoutNetwork, who: Partial<SignIn> = {}) {
  const { accessKeyId } = aws.signIn({
    userIdentity: assumedRole(aws.account, 'Security', 'alice'),
    ...who,
  });
  return async (operation: string, input: object = {}) => {
    const answered = await aws.answer({
      method: 'POST',
      path: '/',
      query: new URLSearchParams(),
      headers: {
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261126/us-east-1/dynamodb/aws4_request`,
      },
      body: JSON.stringify({ TableName, ...input }),
    });
    return JSON.parse(answered?.body ?? '{}') as Record<string, unknown>;
  };
}

/** The table, a role with these rights, and what calls as Alice and as that role. */
function setUp(statements: unknown = [], more: object = {}) {
  const aws = deploy({
    Ledger: ledger(more),
    TellRole: role('tell', statements),
    Tell: lambdaFunction('tell', 'TellRole'),
  });
  const tellRole = `arn:aws:iam::${aws.account}:role/tell`;
  return {
    aws,
    alice: caller(aws),
    tell: caller(aws, { userIdentity: assumedRole(aws.account, 'tell', 'tell'), role: tellRole }),
  };
}

const item = { Item: { id: { S: 'a' }, at: { S: 'now' } } };
const onlyNew = { ...item, ConditionExpression: 'attribute_not_exists(id)' };

test('an item is put once, found by its key and by the index', async () => {
  const { alice } = setUp();
  await expect(alice('PutItem', onlyNew)).resolves.toEqual({});
  await expect(alice('PutItem', onlyNew)).resolves.toMatchObject({
    __type: 'ConditionalCheckFailedException',
  });
  await expect(alice('GetItem', { Key: { id: { S: 'a' } } })).resolves.toEqual(item);
  await expect(
    alice('Query', {
      IndexName: 'by-time',
      KeyConditionExpression: '#at = :at',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: { ':at': { S: 'now' } },
    }),
  ).resolves.toMatchObject({ Items: [item.Item] });
});

test('the table is named by its ARN, too', async () => {
  const { alice } = setUp();
  await alice('PutItem', { ...item, TableName: tableArn });
  await expect(alice('Scan')).resolves.toMatchObject({ Count: 1 });
});

test('many items at once take no virtual time', async () => {
  await inVirtualTime(async () => {
    const { alice } = setUp();
    await alice('DescribeTable');
    const startedAt = Date.now();
    const write = (PutRequest: unknown[]) =>
      alice('BatchWriteItem', {
        TableName: undefined,
        RequestItems: { [TableName]: PutRequest.map((each) => ({ PutRequest: each })) },
      });
    const ids = Array.from({ length: 25 }, (_, index) => ({ Item: { id: { S: String(index) } } }));
    await write(ids);
    await expect(alice('Scan')).resolves.toMatchObject({ Count: 25 });
    expect(Date.now()).toBe(startedAt);
  });
});

test('the table is described as the template has it', async () => {
  const { alice } = setUp();
  await expect(alice('DescribeTable')).resolves.toMatchObject({
    Table: {
      TableArn: tableArn,
      TableStatus: 'ACTIVE',
      DeletionProtectionEnabled: true,
      SSEDescription: { Status: 'ENABLED', SSEType: 'KMS' },
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    },
  });
  await expect(alice('DescribeTimeToLive')).resolves.toEqual({
    TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'expires' },
  });
  await expect(alice('DescribeContinuousBackups')).resolves.toMatchObject({
    ContinuousBackupsDescription: {
      PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: 35 },
    },
  });
});

test.each<[string, string, object, string, object]>([
  [
    'its time to live',
    'UpdateTimeToLive',
    { TimeToLiveSpecification: { Enabled: false, AttributeName: 'expires' } },
    'DescribeTimeToLive',
    { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } },
  ],
  [
    'its recovery',
    'UpdateContinuousBackups',
    { PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } },
    'DescribeContinuousBackups',
    {
      ContinuousBackupsDescription: {
        PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' },
      },
    },
  ],
  [
    'its protection',
    'UpdateTable',
    { DeletionProtectionEnabled: false },
    'DescribeTable',
    { Table: { DeletionProtectionEnabled: false } },
  ],
])('an intruder who may can turn off %s', async (_case, operation, input, question, answer) => {
  const { alice } = setUp();
  await alice(operation, input);
  await expect(alice(question)).resolves.toMatchObject(answer);
});

test('a protected table is not deleted; without its protection it is gone', async () => {
  const { alice } = setUp();
  await expect(alice('DeleteTable')).resolves.toMatchObject({
    __type: 'ValidationException',
    message: expect.stringContaining('protected against deletion') as unknown,
  });
  await alice('UpdateTable', { DeletionProtectionEnabled: false });
  await expect(alice('DeleteTable')).resolves.toMatchObject({ TableDescription: { TableArn: tableArn } });
  for (const operation of ['DescribeTimeToLive', 'PutItem'])
    await expect(alice(operation, item)).resolves.toMatchObject({ __type: 'ResourceNotFoundException' });
});

test.each<[string, unknown, string, object, string | undefined]>([
  ['the right to put', allow('dynamodb:PutItem', arnOf('Ledger')), 'PutItem', item, undefined],
  ['no right to put', allow('dynamodb:GetItem', arnOf('Ledger')), 'PutItem', item, 'AccessDeniedException'],
  [
    'the right on the table, not on its index',
    allow('dynamodb:Query', arnOf('Ledger')),
    'Query',
    { IndexName: 'by-time' },
    'AccessDeniedException',
  ],
  [
    'no right on one of the tables of a batch',
    allow('dynamodb:BatchGetItem', arnOf('Ledger')),
    'BatchGetItem',
    { TableName: undefined, RequestItems: { [TableName]: {}, other: {} } },
    'AccessDeniedException',
  ],
])('a role with %s', async (_case, statement, operation, input, refusal) => {
  const { tell } = setUp(statement);
  expect((await tell(operation, input))['__type']).toBe(refusal);
});

describe('a table whose policy lets nobody but one role write', () => {
  const policy = { ResourcePolicy: { PolicyDocument: { Statement: deny('dynamodb:PutItem', 'TellRole') } } };
  const may = allow('dynamodb:PutItem', arnOf('Ledger'));

  test('lets that role, and denies an administrator, who may read', async () => {
    const { alice, tell } = setUp(may, policy);
    await expect(tell('PutItem', item)).resolves.toEqual({});
    await expect(alice('PutItem', item)).resolves.toMatchObject({
      __type: 'AccessDeniedException',
      message: expect.stringContaining('explicit deny') as unknown,
    });
    await expect(alice('Scan')).resolves.toMatchObject({ Count: 1 });
  });

  test('no longer does so when the policy is gone, and again when it is back', async () => {
    const { alice } = setUp(may, policy);
    const { Policy } = await alice('GetResourcePolicy', { TableName: undefined, ResourceArn: tableArn });
    await alice('DeleteResourcePolicy', { TableName: undefined, ResourceArn: tableArn });
    await expect(alice('PutItem', item)).resolves.toEqual({});
    await alice('PutResourcePolicy', { TableName: undefined, ResourceArn: tableArn, Policy });
    await expect(alice('PutItem', item)).resolves.toMatchObject({ __type: 'AccessDeniedException' });
  });
});

test('an injected fault is answered in its place', async () => {
  const { aws, alice } = setUp();
  aws.fail('PutItem', 'ProvisionedThroughputExceededException');
  await expect(alice('PutItem', item)).resolves.toMatchObject({
    __type: 'ProvisionedThroughputExceededException',
  });
  await expect(alice('PutItem', item)).resolves.toEqual({});
});

test.each<[string, object, string]>([
  ['a table with provisioned capacity', { BillingMode: 'PROVISIONED' }, 'Tables on demand'],
  [
    'a policy that cannot be judged here',
    { ResourcePolicy: { PolicyDocument: { Statement: { Effect: 'Deny', NotAction: '*' } } } },
    'NotAction',
  ],
])('%s is refused when deploying', (_case, more, message) => {
  expect(() => deploy({ Ledger: ledger(more), TellRole: role('tell', []) })).toThrow(message);
});

test('what changes the table is recorded, and what is done with its items is not', async () => {
  const { aws, alice } = setUp();
  await alice('PutItem', item);
  await alice('UpdateTable', { DeletionProtectionEnabled: false });
  await alice('UpdateContinuousBackups', {
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
  });
  await alice('DeleteResourcePolicy', { TableName: undefined, ResourceArn: tableArn });
  await alice('DeleteTable');
  const named = { tableName: TableName };
  expect(
    aws
      .history()
      .map(({ eventName, requestParameters, resources }) => [
        eventName,
        requestParameters,
        resources?.map(({ ARN }) => ARN),
      ]),
  ).toEqual([
    ['UpdateTable', { ...named, deletionProtectionEnabled: false }, [tableArn]],
    [
      'UpdateContinuousBackups',
      { ...named, pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false } },
      [tableArn],
    ],
    ['DeleteResourcePolicy', { resourceArn: tableArn }, [tableArn]],
    ['DeleteTable', named, [tableArn]],
  ]);
  expect(new Set(aws.history().map(({ eventSource }) => eventSource))).toEqual(
    new Set(['dynamodb.amazonaws.com']),
  );
});
