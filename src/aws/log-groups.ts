import {
  AssociateKmsKeyCommand,
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteDataProtectionPolicyCommand,
  DeleteMetricFilterCommand,
  DeleteRetentionPolicyCommand,
  DeleteSubscriptionFilterCommand,
  DescribeLogGroupsCommand,
  DisassociateKmsKeyCommand,
  paginateDescribeMetricFilters,
  paginateDescribeSubscriptionFilters,
  PutLogGroupDeletionProtectionCommand,
  PutMetricFilterCommand,
  PutRetentionPolicyCommand,
  PutSubscriptionFilterCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch-logs';
import { without } from '../foreign/values.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** The repairs of a log group, by the API's names. */
const COMMANDS = {
  CreateLogGroup: CreateLogGroupCommand,
  PutRetentionPolicy: PutRetentionPolicyCommand,
  DeleteRetentionPolicy: DeleteRetentionPolicyCommand,
  AssociateKmsKey: AssociateKmsKeyCommand,
  DisassociateKmsKey: DisassociateKmsKeyCommand,
  PutLogGroupDeletionProtection: PutLogGroupDeletionProtectionCommand,
  DeleteDataProtectionPolicy: DeleteDataProtectionPolicyCommand,
  PutSubscriptionFilter: PutSubscriptionFilterCommand,
  DeleteSubscriptionFilter: DeleteSubscriptionFilterCommand,
  PutMetricFilter: PutMetricFilterCommand,
  DeleteMetricFilter: DeleteMetricFilterCommand,
};

/** What a filter shows and no request says. */
const bare = (filter: object) => without(filter, 'creationTime', 'logGroupName');

/** The log groups of this account in this Region. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html */
export function liveLogGroups(client: CloudWatchLogsClient): Port<ResourceShape> {
  return resourcePort({
    missing: ['ResourceNotFoundException'],
    readings: (logGroupName) => [
      {
        fields: [
          ...['logGroupClass', 'retentionInDays', 'kmsKeyId', 'deletionProtectionEnabled'],
          ...['dataProtectionStatus', 'inheritedProperties'],
        ],
        read: async () => {
          // Of the names that begin with it, the name itself is the first.
          const { logGroups = [] } = await client.send(
            new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName, limit: 1 }),
          );
          const found = logGroups.find((each) => each.logGroupName === logGroupName);
          if (found) return { ...found };
          throw new ResourceNotFoundException({ message: 'There is none of that name', $metadata: {} });
        },
      },
      {
        fields: ['subscriptionFilters'],
        read: async () => {
          const subscriptionFilters = [];
          for await (const page of paginateDescribeSubscriptionFilters({ client }, { logGroupName }))
            subscriptionFilters.push(...(page.subscriptionFilters ?? []).map(bare));
          return { subscriptionFilters };
        },
      },
      {
        fields: ['metricFilters'],
        read: async () => {
          const metricFilters = [];
          for await (const page of paginateDescribeMetricFilters({ client }, { logGroupName }))
            metricFilters.push(...(page.metricFilters ?? []).map(bare));
          return { metricFilters };
        },
      },
    ],
    send: commandSender(client, COMMANDS),
  });
}
