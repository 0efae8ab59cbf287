import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import type { Home } from '../kinds/home.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { tableArn } from '../kinds/table/table.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** The repairs of a table, by the API's names. */
const COMMANDS = {
  UpdateTable: UpdateTableCommand,
  UpdateContinuousBackups: UpdateContinuousBackupsCommand,
  UpdateTimeToLive: UpdateTimeToLiveCommand,
  PutResourcePolicy: PutResourcePolicyCommand,
};

/** The tables of this account and Region. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html */
export function liveTables(client: DynamoDBClient, home: Home): Port<ResourceShape> {
  return resourcePort({
    missing: ['ResourceNotFoundException', 'TableNotFoundException'],
    absent: ['PolicyNotFoundException'],
    readings: (TableName) => [
      {
        fields: ['DeletionProtectionEnabled'],
        read: async () => ({ ...(await client.send(new DescribeTableCommand({ TableName }))).Table }),
      },
      {
        fields: ['PointInTimeRecoverySpecification'],
        read: async () => {
          const { ContinuousBackupsDescription } = await client.send(
            new DescribeContinuousBackupsCommand({ TableName }),
          );
          const { PointInTimeRecoveryStatus, RecoveryPeriodInDays } =
            ContinuousBackupsDescription?.PointInTimeRecoveryDescription ?? {};
          const PointInTimeRecoveryEnabled = PointInTimeRecoveryStatus === 'ENABLED';
          return {
            PointInTimeRecoverySpecification: {
              PointInTimeRecoveryEnabled,
              ...(RecoveryPeriodInDays !== undefined && { RecoveryPeriodInDays }),
            },
          };
        },
      },
      {
        fields: ['TimeToLiveSpecification'],
        read: async () => {
          const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
          const { TimeToLiveStatus = '', AttributeName } = TimeToLiveDescription ?? {};
          // What is being done counts as done.
          const Enabled = TimeToLiveStatus.startsWith('ENABL');
          return { TimeToLiveSpecification: { Enabled, ...(Enabled && { AttributeName }) } };
        },
      },
      {
        fields: ['ResourcePolicy'],
        read: async () => {
          const ResourceArn = tableArn(TableName, home);
          const { Policy } = await client.send(new GetResourcePolicyCommand({ ResourceArn }));
          return { ResourcePolicy: Policy };
        },
      },
    ],
    send: commandSender(client, COMMANDS),
  });
}
