import type { Incident } from './incident.ts';
import { TAMPERINGS } from '../kinds/trail/tamperings.ts';
import type { Call } from '../record/call.ts';

function mostTelling(calls: readonly Call[]): Call | undefined {
  return calls.find(({ eventName }) => TAMPERINGS[eventName].part === 'logging') ?? calls.at(-1);
}

/** The call that tells most: the first that silenced a trail, or else the last. */
export function callOf({ calls }: Incident): Call | undefined {
  return mostTelling(calls);
}

/** The call that tells most about one trail. */
export function callOn({ calls }: Incident, trail: string): Call | undefined {
  return mostTelling(calls.filter((call) => call.trail?.Name === trail));
}
