import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import type { Outlet } from '../alert/alert.ts';
import { PATIENCE } from './timeouts.ts';

/** So many resources an event names at most. */
const MOST_RESOURCES = 5;

/**
 * An event bus of the given ARN, in any account and Region. The event's detail is the report. The client is made with the first
 * alert; importing it then would have the bundler defer all that it shares with the others, and every cold start be slower.
 * An event that EventBridge does not take, though it answers, rejects with the code that it gives.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html
 */
export function centralBusOutlet(bus: string, config: EventBridgeClientConfig = {}): Outlet {
  const region = bus.split(':')[3] ?? '';
  let client: EventBridgeClient | undefined;
  return {
    name: `event bus ${bus}`,
    publish: async ({ bodies, report }) => {
      client ??= new EventBridgeClient({ maxAttempts: 5, requestHandler: PATIENCE, region, ...config });
      const { FailedEntryCount = 0, Entries: [entry] = [] } = await client.send(
        new PutEventsCommand({
          Entries: [
            {
              EventBusName: bus,
              Source: 'trailkeeper',
              DetailType: 'Trailkeeper Incident',
              Resources: report.trails.slice(0, MOST_RESOURCES).map(({ arn }) => arn),
              Detail: bodies.default,
            },
          ],
        }),
      );
      if (FailedEntryCount > 0)
        throw Object.assign(new Error(entry?.ErrorMessage), { name: entry?.ErrorCode ?? 'PutEventsFailed' });
    },
  };
}
