import { type CloudWatchClient, GetDashboardCommand, PutDashboardCommand } from '@aws-sdk/client-cloudwatch';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** The dashboards of this account. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html */
export function liveDashboards(client: CloudWatchClient): Port<ResourceShape> {
  return resourcePort({
    missing: ['DashboardNotFoundError', 'ResourceNotFound', 'ResourceNotFoundException'],
    readings: (DashboardName) => [
      {
        fields: ['DashboardBody'],
        read: async () => ({ ...(await client.send(new GetDashboardCommand({ DashboardName }))) }),
      },
    ],
    send: commandSender(client, { PutDashboard: PutDashboardCommand }),
  });
}
