import type { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { grantedWindows } from '../aws/change-windows.ts';
import type { Home } from '../kinds/home.ts';
import type { Clock } from '../loop/clock.ts';
import type { WindowRegister } from '../windows/register.ts';
import type { Surroundings } from './compose-heal.ts';

/** Where a function reads the change windows; nowhere, where the deployment has none. */
export function windowsIn(
  { WINDOW_KEY: key, AWS_ENDPOINT_URL: endpoint }: Surroundings['environment'],
  client: CloudTrailClient,
  home: Home,
  clock: Clock,
): WindowRegister | undefined {
  return key ? grantedWindows(client, home, { key, endpoint }, (ms) => clock.sleep(ms)) : undefined;
}
