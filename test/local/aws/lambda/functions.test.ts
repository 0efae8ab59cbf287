import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IAM } from '@aws-sdk/client-iam';
import { Lambda } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { packageOf } from '../../../packages/packages.ts';
import { refusal, underAttack } from '../guard-under-attack.ts';
import { clientOf, deployed } from '../small-stack.ts';

const FunctionName = 'trailkeeper-drill-heal';
const arn = `arn:aws:lambda:us-east-1:123456789012:function:${FunctionName}`;
const source = 'lambda.amazonaws.com';
const StatementId = 'trailkeeper-test-HealEventBridgeLambdaPermission1-0ab783746996';
const rule = 'arn:aws:events:us-east-1:123456789012:rule/trailkeeper-drill-heal-rule-1';

type Calls = (lambda: Lambda) => Promise<unknown>;

const zipOf = (code: string) => zipSync({ src: { handlers: { 'heal.cjs': strToU8(code) } } });

/** A blow, what CloudTrail has of it, and how it is undone. */
const STRIKES: [string, Calls, unknown, Calls][] = [
  [
    'whose reserved concurrency is 0',
    (lambda) => lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 0 }),
    [
      source,
      'PutFunctionConcurrency20171031',
      { functionName: FunctionName, reservedConcurrentExecutions: 0 },
      { reservedConcurrentExecutions: 0 },
    ],
    (lambda) => lambda.deleteFunctionConcurrency({ FunctionName }),
  ],
  [
    'that lets its rule in no more',
    (lambda) => lambda.removePermission({ FunctionName: arn, StatementId }),
    [source, 'RemovePermission20150331v2', { functionName: arn, statementId: StatementId }, null],
    (lambda) =>
      lambda.addPermission({
        FunctionName,
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
        SourceArn: rule,
      }),
  ],
  [
    'whose handler is another',
    (lambda) => lambda.updateFunctionConfiguration({ FunctionName, Handler: 'index.handler' }),
    [
      source,
      'UpdateFunctionConfiguration20150331v2',
      { functionName: FunctionName, handler: 'index.handler' },
      expect.objectContaining({ handler: 'index.handler', environment: {} }),
    ],
    (lambda) => lambda.updateFunctionConfiguration({ FunctionName, Handler: 'src/handlers/heal.handler' }),
  ],
  [
    'whose runtime is another',
    (lambda) => lambda.updateFunctionConfiguration({ FunctionName, Runtime: 'python3.13' }),
    [
      source,
      'UpdateFunctionConfiguration20150331v2',
      { functionName: FunctionName, runtime: 'python3.13' },
      expect.objectContaining({ runtime: 'python3.13' }),
    ],
    (lambda) => lambda.updateFunctionConfiguration({ FunctionName, Runtime: 'nodejs24.x' }),
  ],
  [
    'whose code was replaced',
    (lambda) =>
      lambda.updateFunctionCode({ FunctionName, ZipFile: zipOf('exports.handler = async () => 1;') }),
    [
      source,
      'UpdateFunctionCode20150331v2',
      { functionName: FunctionName },
      expect.objectContaining({ functionName: FunctionName }),
    ],
    (lambda) =>
      lambda.updateFunctionCode({
        FunctionName,
        ZipFile: readFileSync(join(packageOf('drill'), 'heal.zip')),
      }),
  ],
];

test.each(STRIKES)(
  'a function %s guards no more until that is undone',
  async (_case, strike, record, undo) => {
    await underAttack(async ({ mallory, isGuarded, recorded }) => {
      const lambda = new Lambda(mallory);
      await strike(lambda);
      await expect(isGuarded()).resolves.toBe(false);
      expect(recorded()).toEqual([record]);
      await undo(lambda);
      await expect(isGuarded()).resolves.toBe(true);
    });
  },
);

test('a deleted function is there no more, for EventBridge and for whoever asks', async () => {
  await underAttack(async ({ aws, mallory, isGuarded, recorded }) => {
    const lambda = new Lambda(mallory);
    await lambda.deleteFunction({ FunctionName });
    await expect(isGuarded()).resolves.toBe(false);
    expect(recorded()).toEqual([[source, 'DeleteFunction20150331', { functionName: FunctionName }, null]]);
    // A rule on the guard's own parts may have heard of it, too.
    const targets = aws.queued.map(({ attributes }) => attributes['TARGET_ARN']);
    expect([...new Set(targets)]).toEqual([arn]);
    await expect(refusal(lambda.getFunction({ FunctionName }))).resolves.toBe(
      `ResourceNotFoundException: Function not found: ${arn}`,
    );
  });
});

test('a function is described as it was deployed, its code by the hash of the zip', async () => {
  await underAttack(async ({ mallory }) => {
    const lambda = new Lambda(mallory);
    const zip = readFileSync(join(packageOf('drill'), 'heal.zip'));
    const { Configuration, Concurrency } = await lambda.getFunction({ FunctionName });
    expect(Configuration).toMatchObject({
      FunctionArn: arn,
      CodeSha256: createHash('sha256').update(zip).digest('base64'),
      CodeSize: zip.length,
      Handler: 'src/handlers/heal.handler',
      Runtime: 'nodejs24.x',
      Role: expect.stringContaining('HealRole') as string,
      Timeout: 120,
      MemorySize: 1769,
      Environment: { Variables: { MODE: 'enforce' } },
    });
    expect(Concurrency).toBeUndefined();
    const byPartialArn = await lambda.getFunctionConfiguration({
      FunctionName: `123456789012:function:${FunctionName}`,
    });
    expect(byPartialArn.RevisionId).toBe(Configuration?.RevisionId);
    await expect(lambda.getFunctionEventInvokeConfig({ FunctionName })).resolves.toMatchObject({
      FunctionArn: `${arn}:$LATEST`,
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
      DestinationConfig: {
        OnFailure: { Destination: expect.stringContaining('failed-invocations') as string },
      },
    });
    const { Policy } = await lambda.getPolicy({ FunctionName });
    const { Statement } = JSON.parse(Policy ?? '') as { Statement: object[] };
    expect(Statement[0]).toEqual({
      Sid: StatementId,
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'lambda:InvokeFunction',
      Resource: arn,
      Condition: { ArnLike: { 'AWS:SourceArn': rule } },
    });
  });
});

test('what is changed in one update stays in the next; neither environment nor code is in the records', async () => {
  await underAttack(async ({ mallory, recorded }) => {
    const lambda = new Lambda(mallory);
    const Layers = ['arn:aws:lambda:us-east-1:111122223333:layer:spy:1'];
    await lambda.updateFunctionConfiguration({
      FunctionName,
      Environment: { Variables: { MODE: 'monitor' } },
    });
    await lambda.updateFunctionConfiguration({ FunctionName, Timeout: 1, MemorySize: 128, Layers });
    await expect(lambda.getFunctionConfiguration({ FunctionName })).resolves.toMatchObject({
      Environment: { Variables: { MODE: 'monitor' } },
      Timeout: 1,
      MemorySize: 128,
      Layers: [{ Arn: Layers[0] }],
      Handler: 'src/handlers/heal.handler',
    });
    expect(recorded().map(([, , request]) => request)).toEqual([
      { functionName: FunctionName, environment: {} },
      { functionName: FunctionName, timeout: 1, memorySize: 128, layers: Layers },
    ]);
  });
});

test('an environment counts from the next container on', async () => {
  await underAttack(async ({ aws, mallory, isGuarded }) => {
    const lambda = new Lambda(mallory);
    await expect(isGuarded()).resolves.toBe(true);
    const { Environment } = await lambda.getFunctionConfiguration({ FunctionName });
    const Variables = { ...Environment?.Variables, MODE: 'monitor' };
    aws.forget();
    await lambda.updateFunctionConfiguration({ FunctionName, Environment: { Variables } });
    await expect(isGuarded()).resolves.toBe(false);
    expect(aws.invocations.find(({ functionName }) => functionName === FunctionName)).toMatchObject({
      coldStart: true,
    });
  });
});

test('retries and destinations are those that were put last', async () => {
  await underAttack(async ({ aws, mallory, isGuarded, recorded }) => {
    const lambda = new Lambda(mallory);
    await lambda.updateFunctionConfiguration({ FunctionName, Handler: 'index.handler' });
    await lambda.putFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 0 });
    aws.forget();
    await isGuarded();
    const attempts = () =>
      aws.invocations
        .filter(({ functionName }) => functionName === FunctionName)
        .map(({ attempt }) => attempt);
    // More than one event may have woken it, and none did twice.
    expect([[...new Set(attempts())], aws.queued]).toEqual([[1], []]);
    expect(aws.problems).toContain(`${FunctionName} failed for good and has no queue`);

    await lambda.deleteFunctionEventInvokeConfig({ FunctionName });
    aws.forget();
    await isGuarded();
    expect([...new Set(attempts())].sort()).toEqual([1, 2, 3]);
    expect(recorded().map(([, name]) => name)).toEqual([
      'UpdateFunctionConfiguration20150331v2',
      'PutFunctionEventInvokeConfig',
      'DeleteFunctionEventInvokeConfig',
    ]);
  });
});

/** What is refused changes nothing: all of it is asked of one AWS. */
const aws = deployed(packageOf('drill'));

afterAll(() => aws.stop());

test.each<[string, Calls, string]>([
  [
    'a function that is not there',
    (lambda) => lambda.getPolicy({ FunctionName: 'other' }),
    'ResourceNotFoundException: Function not found: arn:aws:lambda:us-east-1:123456789012:function:other',
  ],
  [
    'a role that Lambda may not assume',
    (lambda) =>
      lambda.updateFunctionConfiguration({ FunctionName, Role: 'arn:aws:iam::123456789012:role/other' }),
    'InvalidParameterValueException: The role defined for the function cannot be assumed by Lambda.',
  ],
  [
    'a timeout of more than 15 minutes',
    (lambda) => lambda.updateFunctionConfiguration({ FunctionName, Timeout: 901 }),
    'InvalidParameterValueException',
  ],
  [
    'an update of what has changed meanwhile',
    (lambda) => lambda.updateFunctionConfiguration({ FunctionName, Timeout: 9, RevisionId: 'old' }),
    'PreconditionFailedException',
  ],
  [
    'a permission of the same name',
    (lambda) =>
      lambda.addPermission({
        FunctionName,
        StatementId,
        Action: 'lambda:InvokeFunction',
        Principal: 'events.amazonaws.com',
      }),
    `ResourceConflictException: The statement id (${StatementId}) provided already exists.`,
  ],
  [
    'removing a permission that is not there',
    (lambda) => lambda.removePermission({ FunctionName, StatementId: 'other' }),
    'ResourceNotFoundException: Statement other is not found in resource policy.',
  ],
  [
    'reserving what the account must leave unreserved',
    (lambda) => lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 901 }),
    "decreases account's UnreservedConcurrentExecution below its minimum value of [100]",
  ],
  [
    'the EventInvokeConfig of a function that has none',
    (lambda) => lambda.getFunctionEventInvokeConfig({ FunctionName: 'trailkeeper-drill-tell' }),
    "doesn't have an EventInvokeConfig",
  ],
])('%s is refused', async (_case, call, message) => {
  await expect(refusal(call(new Lambda(clientOf(aws))))).resolves.toContain(message);
});

test('a function whose role has lost its policy guards no more', async () => {
  await underAttack(async ({ mallory, isGuarded, recorded }) => {
    const [lambda, iam] = [new Lambda(mallory), new IAM(mallory)];
    const { Role = '' } = await lambda.getFunctionConfiguration({ FunctionName });
    const RoleName = Role.split('/').pop();
    const { PolicyNames = [] } = await iam.listRolePolicies({ RoleName });
    for (const PolicyName of PolicyNames) await iam.deleteRolePolicy({ RoleName, PolicyName });
    await expect(isGuarded()).resolves.toBe(false);
    expect(recorded().map(([, name]) => name)).toEqual(PolicyNames.map(() => 'DeleteRolePolicy'));
  });
});

test('a function that is given a role of the intruder runs with that role', async () => {
  await underAttack(async ({ mallory, isGuarded }) => {
    const AssumeRolePolicyDocument = JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'lambda.amazonaws.com' },
        Action: 'sts:AssumeRole',
      },
    });
    const { Role } = await new IAM(mallory).createRole({ RoleName: 'useless', AssumeRolePolicyDocument });
    await new Lambda(mallory).updateFunctionConfiguration({ FunctionName, Role: Role?.Arn });
    await expect(isGuarded()).resolves.toBe(false);
  });
});
