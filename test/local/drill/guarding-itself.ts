import { readFileSync } from 'node:fs';
import { PATIENCE } from '../../../src/aws/timeouts.ts';
import { parseBaseline } from '../../../src/baseline/read.ts';
import { composeHeal, type Surroundings } from '../../../src/handlers/compose-heal.ts';
import { composeTell } from '../../../src/handlers/compose-tell.ts';
import { composeWatch } from '../../../src/handlers/compose-watch.ts';
import { packagedParts, type PartsOf } from '../../../src/handlers/own-parts.ts';
import { byHandler, type Handler, type Load } from '../../../local/aws/lambda/in-this-process.ts';
import { withoutNetwork } from '../../../local/aws/wire/no-network.ts';
import { delay } from '../../../local/aws/wire/delay.ts';
import type { EmbeddedAwsOptions } from '../../../local/aws/embedded-aws.ts';
import type { Chosen } from '../../../src/handlers/compose-tell.ts';
import { openVirtualRange, type VirtualRange } from '../../../local/drill/virtual-range.ts';
import { inVirtualTime } from '../../../local/drill/virtual-time.ts';
import { packageOf } from '../../packages/packages.ts';

const FILE = 'baselines/drill.yml';

/** The guard with the parts that its package declares, in this process; `environment` is added to what the package says. */
function guardingItself(chosen: Chosen, more: Readonly<Record<string, string>>): Load {
  const baseline = parseBaseline(readFileSync(FILE, 'utf8'), FILE);
  const loading =
    (compose: (surroundings: Surroundings, partsOf: PartsOf) => unknown): Load =>
    (environment, aws) => {
      const { AWS_REGION = '', AWS_ACCESS_KEY_ID = '', AWS_SECRET_ACCESS_KEY = '' } = environment;
      return compose(
        {
          environment: { ...environment, ...more },
          baseline,
          clock: { now: Date.now, sleep: delay },
          journal: { note: () => undefined, measure: () => undefined },
          connection: {
            region: AWS_REGION,
            credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
            requestHandler: withoutNetwork(aws, PATIENCE.requestTimeout) as never,
          },
        },
        packagedParts({ ...environment, LAMBDA_TASK_ROOT: packageOf('drill') }),
      ) as Handler;
    };
  return byHandler({
    'src/handlers/heal.handler': loading(composeHeal),
    'src/handlers/watch.handler': loading(composeWatch),
    'src/handlers/tell.handler': loading((surroundings, partsOf) =>
      composeTell(surroundings, { historyPaceMs: 0, ...chosen }, partsOf),
    ),
  });
}

/** What is otherwise than in the package. */
export interface Otherwise extends Chosen {
  readonly environment?: Readonly<Record<string, string>>;
  readonly aws?: EmbeddedAwsOptions;
}

/** A virtual range whose guard looks after its own parts, too, for one test. */
export function onSelfGuardingRange(
  use: (range: VirtualRange) => Promise<void>,
  { environment = {}, aws, ...chosen }: Otherwise = {},
): Promise<void> {
  const guard = guardingItself(chosen, environment);
  return inVirtualTime(async () => use(await openVirtualRange(packageOf('drill'), aws, guard)));
}
