import { assumedRole, type SignIn } from '../aws/iam/principal.ts';
import type { Clients } from './clients.ts';

/** Mallory, who has an account of her own, too. */
export type Intruder = Clients & { readonly abroad: Clients };

/** Mallory's own account. */
export const FOREIGN_ACCOUNT = '111122223333';

/**
 * Mallory, each time in another session, for of one actor the guard tells once in five minutes only. `connect` signs somebody in.
 */
export function intruder(connect: (who: SignIn) => Clients, account: string): () => Intruder {
  let sessions = 0;
  return () => {
    sessions += 1;
    const session = sessions === 1 ? 'mallory' : `mallory-${sessions}`;
    const as = (of: string) =>
      connect({
        userIdentity: assumedRole(of, 'Admin', session),
        sourceIPAddress: '198.51.100.7',
        userAgent: 'aws-cli/2.31.0',
      });
    return Object.assign(as(account), { abroad: as(FOREIGN_ACCOUNT) });
  };
}
