import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  EnableAlarmActionsCommand,
  PutMetricAlarmCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-cloudwatch';
import { alarm } from '../kinds/alarm/alarm.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { commandSender, resourcePort } from './resource-port.ts';

/** The alarms on metrics of this account and Region. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html */
export function liveAlarms(client: CloudWatchClient): Port<ResourceShape> {
  return resourcePort({
    missing: ['ResourceNotFoundException'],
    readings: (name) => [
      {
        fields: Object.keys(alarm.fields),
        read: async () => {
          const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
          const found = MetricAlarms.find(({ AlarmName }) => AlarmName === name);
          if (found) return { ...found };
          throw new ResourceNotFoundException({
            message: 'There is no such alarm',
            ResourceType: 'alarm',
            ResourceId: name,
            $metadata: {},
          });
        },
      },
    ],
    send: commandSender(client, {
      EnableAlarmActions: EnableAlarmActionsCommand,
      PutMetricAlarm: PutMetricAlarmCommand,
    }),
  });
}
