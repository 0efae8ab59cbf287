import type { CloudTrailClientConfig } from '@aws-sdk/client-cloudtrail';
import type { Context } from 'aws-lambda';
import { windowsIn } from './windows-in.ts';
import { cloudTrailClient, liveTrails, requestIdsOf } from '../aws/cloudtrail.ts';
import { eventHistory } from '../aws/history.ts';
import type { Journal } from '../aws/journal.ts';
import { liveFunctions } from '../aws/functions.ts';
import { lazy } from '../aws/lazy.ts';
import { fitsMessage, leanQueue, queueUrl } from '../aws/queue.ts';
import { liveSchedules } from '../aws/schedules.ts';
import { signedRequests } from '../aws/signed.ts';
import type { Baseline } from '../baseline/baseline.ts';
import { homeOf, rolesIn, settle } from '../config/settle.ts';
import { heal, isSweep, unresolved } from '../healing/heal.ts';
import { fittingText } from '../incident/cut-pass.ts';
import type { Pass } from '../incident/pass.ts';
import type { Clock } from '../loop/clock.ts';
import { eventsIn } from '../record/log-feed.ts';
import type { PartsOf } from './own-parts.ts';

/** What a function is made of, beside its code. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly baseline: Baseline | null;
  readonly clock: Clock;
  readonly journal: Journal;
  /** How the clients reach AWS, where it is not as in Lambda. */
  readonly connection?: Pick<CloudTrailClientConfig, 'region' | 'credentials' | 'requestHandler'>;
}

/** Of the time of an invocation, so much is kept for the last repair under way and for handing over what came of it. */
const SHARE_TO_HAND_OVER = 1 / 4;

/**
 * The function that heals: whatever the event, it looks, repairs, and hands over what came of it. It fails, so that Lambda tries again and
 * keeps the event, when that cannot be handed over, and when what an event told of is not whole.
 */
export function composeHeal(
  { environment, baseline, clock, journal, connection = {} }: Surroundings,
  partsOf: PartsOf = () => [],
) {
  const cloudTrail = cloudTrailClient(connection);
  const requestIds = requestIdsOf(cloudTrail);
  const request = signedRequests(cloudTrail);
  // The history answers two calls a second: what it throttles must not slow the repairs down.
  const historian = lazy(() => cloudTrailClient(connection));
  return async (invocation: unknown, context: Context) => {
    const home = homeOf(context.invokedFunctionArn, baseline);
    const settled = settle(environment, baseline, home, partsOf('heal', home));
    const time = context.getRemainingTimeInMillis() * (1 - SHARE_TO_HAND_OVER);
    const healer = {
      ...settled,
      home,
      trails: liveTrails(cloudTrail, home),
      ports: {
        function: liveFunctions(request, home, environment['AWS_ENDPOINT_URL']),
        schedule: liveSchedules(request, home, environment['AWS_ENDPOINT_URL']),
      },
      history: eventHistory(historian),
      windows: windowsIn(environment, cloudTrail, home, clock),
      clock,
      deadline: clock.now() + time,
      guardRoles: rolesIn(environment),
      requestIds,
      log: journal.note,
    };
    const url = queueUrl(home, environment['PASSES_QUEUE'] ?? '', environment['AWS_ENDPOINT_URL']);
    const queue = leanQueue(cloudTrail, url, (ms) => clock.sleep(ms));
    const passes: Pass[] = [];
    // One after the other: CloudTrail takes one change a second, and request ids belong to one pass each.
    for (const [index, event] of eventsIn(invocation).entries()) {
      const pass = await heal(healer, event);
      await queue.send(fittingText(pass, fitsMessage), `${context.awsRequestId}-${index}-${pass.seenAt}`);
      passes.push(pass);
    }
    if (isSweep(invocation)) journal.measure('SweepFinished', 1);
    const errors = passes.flatMap((pass) => unresolved(settled, pass));
    if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join('; '));
    return {
      looked: passes.flatMap(({ outcomes }) =>
        outcomes.map(({ Name, remaining }) => ({ Name, isWhole: remaining.length === 0 })),
      ),
    };
  };
}
