import type { Home } from '../kinds/home.ts';
import type { Port } from '../kinds/kind.ts';
import type { ResourceShape } from '../kinds/resource.ts';
import { resourcePort } from './resource-port.ts';
import { endpointOf, type SignedAnswer, type SignedRequest } from './signed.ts';

/**
 * The schedules of EventBridge Scheduler here, by lean requests.
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
 */
export function liveSchedules(
  request: (request: SignedRequest) => Promise<SignedAnswer>,
  home: Home,
  endpoint?: string,
): Port<ResourceShape> {
  const urlOf = (name: string) =>
    `${endpointOf('scheduler', home, endpoint)}/schedules/${encodeURIComponent(name)}`;
  return resourcePort({
    missing: ['ResourceNotFoundException'],
    readings: (name) => [
      {
        fields: [
          ...['State', 'ScheduleExpression', 'FlexibleTimeWindow', 'Target', 'ScheduleExpressionTimezone'],
          ...['StartDate', 'EndDate', 'KmsKeyArn', 'ActionAfterCompletion', 'Description'],
        ],
        read: async () => (await request({ service: 'scheduler', url: urlOf(name), method: 'GET' })).output,
      },
    ],
    send: async (call, input) => {
      const { Name, ...body } = input as { Name: string };
      const { requestId } = await request({
        service: 'scheduler',
        url: urlOf(Name),
        method: call === 'CreateSchedule' ? 'POST' : 'PUT',
        body: { ClientToken: globalThis.crypto.randomUUID(), ...body },
      });
      return { $metadata: { ...(requestId && { requestId }) } };
    },
  });
}
