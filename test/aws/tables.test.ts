import { CloudFormationClient, UpdateTerminationProtectionCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteResourcePolicyCommand,
  DeleteTableCommand,
  DynamoDBClient,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { liveStacks } from '../../src/aws/stacks.ts';
import { liveTables } from '../../src/aws/tables.ts';
import type { Port } from '../../src/kinds/kind.ts';
import {
  type DeclaredResource,
  loopKind,
  type ResourceKind,
  type ResourceShape,
} from '../../src/kinds/resource.ts';
import { stack } from '../../src/kinds/stack/stack.ts';
import { table } from '../../src/kinds/table/table.ts';
import { clientOf, deploy } from '../local/aws/small-stack.ts';

const TableName = 'trailkeeper-drill-ledger';
const HOME = { partition: 'aws', region: 'us-east-1', account: '123456789012' };
const PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'NobodyEmptiesIt',
      Effect: 'Deny',
      Principal: '*',
      Action: 'dynamodb:DeleteItem',
      Resource: '*',
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': 'arn:aws:iam::123456789012:role/tell' } },
    },
  ],
};
const settings = {
  DeletionProtectionEnabled: true,
  TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
};
const own = { purpose: 'guard', watch: 'enforce', trails: [] } as const;
const ledger: DeclaredResource = {
  ...own,
  kind: 'table',
  name: TableName,
  fields: { ...settings, ResourcePolicy: PolicyDocument },
};
const guard: DeclaredResource = {
  ...own,
  kind: 'stack',
  name: 'trailkeeper-test',
  fields: { StackStatus: 'CREATE_COMPLETE', EnableTerminationProtection: true },
};

const deployed = () =>
  deploy({
    Ledger: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        ResourcePolicy: { PolicyDocument },
        ...settings,
      },
    },
  });

const healer = (kindOf: ResourceKind, port: Port<ResourceShape>, declared: DeclaredResource) => async () => {
  const kind = loopKind(kindOf, HOME);
  const plan = kind.plan(declared, await port.observe(declared.name));
  for (const repair of plan) await port.repair(repair);
  return {
    plan: plan.map(({ kind: call }) => call),
    drift: kind.drift(declared, await port.observe(declared.name)).map(({ field }) => field),
  };
};

test('the ledger comes back from each blow, and is not made anew', async () => {
  const aws = deployed();
  const port = liveTables(new DynamoDBClient(clientOf(aws)), HOME);
  const mallory = new DynamoDBClient(clientOf(aws));
  const heal = healer(table, port, ledger);
  expect(await heal()).toEqual({ plan: [], drift: [] });
  await mallory.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  expect(await heal()).toEqual({ plan: ['UpdateTable'], drift: [] });
  await mallory.send(
    new UpdateContinuousBackupsCommand({
      TableName,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false },
    }),
  );
  expect(await heal()).toEqual({ plan: ['UpdateContinuousBackups'], drift: [] });
  const ResourceArn = table.arn(ledger, HOME);
  await mallory.send(new DeleteResourcePolicyCommand({ ResourceArn }));
  expect(await heal()).toEqual({ plan: ['PutResourcePolicy'], drift: [] });
  const expiry = (AttributeName: string, Enabled: boolean) =>
    mallory.send(
      new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: { AttributeName, Enabled } }),
    );
  await expiry('expires', false);
  await expiry('at', true);
  expect(await heal()).toEqual({ plan: ['UpdateTimeToLive', 'UpdateTimeToLive'], drift: [] });
  await mallory.send(new UpdateTableCommand({ TableName, DeletionProtectionEnabled: false }));
  await mallory.send(new DeleteTableCommand({ TableName }));
  expect(await heal()).toEqual({ plan: [], drift: ['standing'] });
  await aws.stop();
});

test('a reading of the ledger that is refused keeps no other from being made', async () => {
  const aws = deployed();
  const port = liveTables(new DynamoDBClient(clientOf(aws)), HOME);
  aws.fail('GetResourcePolicy', 'AccessDeniedException');
  const { standing, state, unread } = await port.observe(TableName);
  expect([standing, Object.keys(unread)]).toEqual(['here', ['ResourcePolicy']]);
  expect(state).toMatchObject({ DeletionProtectionEnabled: true });
  await aws.stop();
});

test('the stack is protected again, and one that is not there is missing', async () => {
  const aws = deployed();
  const port = liveStacks(new CloudFormationClient(clientOf(aws)));
  const mallory = new CloudFormationClient(clientOf(aws));
  const heal = healer(stack, port, guard);
  expect(await heal()).toEqual({ plan: ['UpdateTerminationProtection'], drift: [] });
  expect(await heal()).toEqual({ plan: [], drift: [] });
  await mallory.send(
    new UpdateTerminationProtectionCommand({ StackName: guard.name, EnableTerminationProtection: false }),
  );
  expect(await heal()).toEqual({ plan: ['UpdateTerminationProtection'], drift: [] });
  expect((await port.observe('another')).standing).toBe('missing');
  aws.fail('DescribeStacks', 'AccessDenied');
  expect(Object.keys((await port.observe(guard.name)).unread)).toEqual([
    'StackStatus',
    'EnableTerminationProtection',
  ]);
  await aws.stop();
});
