import { cloudTrailClient, liveTrails } from '../../src/aws/cloudtrail.ts';
import { eventHistory } from '../../src/aws/history.ts';
import { PATIENCE } from '../../src/aws/timeouts.ts';
import { chatOutlet, snsClient, topicOutlet } from '../../src/aws/sns.ts';
import type { Baseline } from '../../src/baseline/baseline.ts';
import { homeOf, settle } from '../../src/config/settle.ts';
import { type Guard, heal } from '../../src/handlers/heal-and-tell.ts';
import { createMemory } from '../../src/telling/memory.ts';
import { delay } from '../aws/wire/delay.ts';
import type { Load } from '../aws/lambda/in-this-process.ts';
import { withoutNetwork } from '../aws/wire/no-network.ts';

/** Ms that the last repair under way and the alert may take, as in the handler. */
const TIME_TO_TELL = 40_000;

/**
 * The guard as src/handlers/heal.ts wires it, with the same clients and the same patience, but in this process and
 * without a network. What it measures goes to `measure`.
 */
export function loadGuard(baseline: Baseline | null, measure: Guard['measure'] = () => undefined): Load {
  return (environment, aws) => {
    const connection = {
      region: environment['AWS_REGION'] ?? '',
      credentials: {
        accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
      },
      requestHandler: withoutNetwork(aws, PATIENCE.requestTimeout) as never,
    };
    const cloudTrail = cloudTrailClient(connection);
    const historian = cloudTrailClient(connection);
    const sns = snsClient(connection);
    const memory = createMemory();
    const chatTopic = environment['CHAT_TOPIC'];
    return async (event, context) => {
      const home = homeOf(context.invokedFunctionArn, baseline);
      return heal(event, {
        ...settle(environment, baseline, home),
        home,
        trails: liveTrails(cloudTrail, home),
        history: eventHistory(() => historian, home),
        outlets: [
          topicOutlet(() => sns, home, environment['ALERT_TOPIC'] ?? ''),
          ...(chatTopic ? [chatOutlet(() => sns, home, chatTopic)] : []),
        ],
        memory,
        clock: { now: Date.now, sleep: delay },
        deadline: Date.now() + context.getRemainingTimeInMillis() - TIME_TO_TELL,
        log: () => undefined,
        measure,
      });
    };
  };
}
