import type { Incident } from './incident.ts';
import { type Call, isCallOn, isSilencing } from '../record/call.ts';
import type { DeclaredResource } from '../kinds/resource.ts';

function mostTelling(calls: readonly Call[]): Call | undefined {
  const losing = calls.find(({ tampering }) => tampering.harm === 'lost');
  return calls.find(isSilencing) ?? losing ?? calls.at(-1);
}

/** The call that tells most: the first that silenced a trail, or by which logs are lost, or else the last. */
export function callOf({ calls }: Incident): Call | undefined {
  return mostTelling(calls);
}

/** The call that tells most about one trail. */
export function callOn({ calls }: Incident, trail: string): Call | undefined {
  return mostTelling(calls.filter((call) => call.trail?.Name === trail));
}

/** The call that tells most about another resource. */
export function callOnResource({ calls, home }: Incident, resource: DeclaredResource): Call | undefined {
  return mostTelling(calls.filter((call) => isCallOn(call, resource, home)));
}
