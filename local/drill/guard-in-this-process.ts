import { PATIENCE } from '../../src/aws/timeouts.ts';
import type { Baseline } from '../../src/baseline/baseline.ts';
import { composeHeal, type Surroundings } from '../../src/handlers/compose-heal.ts';
import { composeTell } from '../../src/handlers/compose-tell.ts';
import { composeWatch } from '../../src/handlers/compose-watch.ts';
import type { PartsOf } from '../../src/handlers/own-parts.ts';
import { byHandler, type Handler, type Load } from '../aws/lambda/in-this-process.ts';
import { delay } from '../aws/wire/delay.ts';
import { withoutNetwork } from '../aws/wire/no-network.ts';

/** Takes one value of a metric. */
export type Measure = Surroundings['journal']['measure'];

/**
 * All functions, composed as src/handlers composes them, but in this process and without a network. What they measure goes to
 * `measure`, and what they would log nowhere; `partsOf` tells which parts of their own they guard.
 */
export function loadGuard(
  baseline: Baseline | null,
  measure: Measure = () => undefined,
  partsOf: (environment: Readonly<Record<string, string>>) => PartsOf = () => () => [],
): Load {
  const loading =
    (compose: (surroundings: Surroundings, parts: PartsOf) => unknown): Load =>
    (environment, aws) =>
      compose(
        {
          environment,
          baseline,
          clock: { now: Date.now, sleep: delay },
          journal: { note: () => undefined, measure },
          connection: {
            region: environment['AWS_REGION'] ?? '',
            credentials: {
              accessKeyId: environment['AWS_ACCESS_KEY_ID'] ?? '',
              secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '',
            },
            requestHandler: withoutNetwork(aws, PATIENCE.requestTimeout) as never,
          },
        },
        partsOf(environment),
      ) as Handler;
  return byHandler({
    'src/handlers/heal.handler': loading(composeHeal),
    'src/handlers/watch.handler': loading(composeWatch),
    'src/handlers/tell.handler': loading((surroundings, parts) => composeTell(surroundings, {}, parts)),
  });
}
