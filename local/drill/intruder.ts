import { assumedRole, type SignIn } from '../aws/iam/principal.ts';
import type { Clients } from './clients.ts';

/**
 * Mallory, each time in another session, for of one actor the guard tells once in five minutes only. `connect` signs somebody in.
 */
export function intruder(connect: (who: SignIn) => Clients, account: string): () => Clients {
  let sessions = 0;
  return () => {
    sessions += 1;
    return connect({
      userIdentity: assumedRole(account, 'Admin', sessions === 1 ? 'mallory' : `mallory-${sessions}`),
      sourceIPAddress: '198.51.100.7',
      userAgent: 'aws-cli/2.31.0',
    });
  };
}
