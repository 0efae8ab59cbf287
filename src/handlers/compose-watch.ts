import type { Context } from 'aws-lambda';
import { windowsIn } from './windows-in.ts';
import { cloudTrailClient, liveTrails, requestIdsOf } from '../aws/cloudtrail.ts';
import { eventHistory } from '../aws/history.ts';
import { lazy } from '../aws/lazy.ts';
import { fitsMessage, leanQueue, queueUrl } from '../aws/queue.ts';
import { resourcePorts } from '../aws/resource-ports.ts';
import { homeOf, rolesIn, settle } from '../config/settle.ts';
import { fittingText } from '../incident/cut-pass.ts';
import { calledBy, readEvent } from '../record/trigger.ts';
import { unresolved, watch } from '../watching/watch.ts';
import type { Surroundings } from './compose-heal.ts';
import type { PartsOf } from './own-parts.ts';

/** Of the time of an invocation, so much is kept for the last repair under way and for handing over what came of it. */
const SHARE_TO_HAND_OVER = 1 / 4;

/**
 * The function that watches what the trails deliver through and the guard's own parts: whatever the event, it looks, repairs, and hands over
 * what came of it. It fails as the function that heals does.
 */
export function composeWatch(
  { environment, baseline, clock, journal, connection = {} }: Surroundings,
  partsOf: PartsOf = () => [],
) {
  const given: string[] = [];
  const cloudTrail = cloudTrailClient(connection);
  const requestIds = requestIdsOf(cloudTrail, given);
  const historian = lazy(() => cloudTrailClient(connection));
  let ports: ReturnType<typeof resourcePorts> | undefined;
  return async (event: unknown, context: Context) => {
    const home = homeOf(context.invokedFunctionArn, baseline);
    const settled = settle(environment, baseline, home, partsOf('watch', home));
    const time = context.getRemainingTimeInMillis() * (1 - SHARE_TO_HAND_OVER);
    const pass = await watch(
      {
        ...settled,
        home,
        trails: liveTrails(cloudTrail, home),
        ports: (ports ??= resourcePorts(
          home,
          connection,
          given,
          cloudTrail,
          environment['AWS_ENDPOINT_URL'],
        )),
        history: eventHistory(historian),
        windows: windowsIn(environment, cloudTrail, home, clock),
        clock,
        deadline: clock.now() + time,
        guardRoles: rolesIn(environment),
        requestIds,
        log: journal.note,
      },
      event,
    );
    const url = queueUrl(home, environment['PASSES_QUEUE'] ?? '', environment['AWS_ENDPOINT_URL']);
    await leanQueue(cloudTrail, url, (ms) => clock.sleep(ms)).send(
      fittingText(pass, fitsMessage),
      `${context.awsRequestId}-${pass.seenAt}`,
    );
    if (!calledBy(readEvent(event))) journal.measure('SweepFinished', 1);
    const errors = unresolved(settled, pass);
    if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('; '));
    return {
      looked: pass.outcomes.map(({ Name, remaining }) => ({ Name, isWhole: remaining.length === 0 })),
      watched: pass.resources.map(({ declared, remaining }) => ({
        kind: declared.kind,
        name: declared.name,
        isWhole: remaining.length === 0,
      })),
    };
  };
}
