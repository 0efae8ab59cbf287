import { assumedRole, rootUser, type SignIn } from '../aws/iam/principal.ts';
import type { Clients } from './clients.ts';

/** Mallory, who has an account of her own, too, and may have got hold of the root user. */
export type Intruder = Clients & { readonly abroad: Clients; readonly root: Clients };

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
    const as = (userIdentity: SignIn['userIdentity']) =>
      connect({ userIdentity, sourceIPAddress: '198.51.100.7', userAgent: 'aws-cli/2.31.0' });
    return Object.assign(as(assumedRole(account, 'Admin', session)), {
      abroad: as(assumedRole(FOREIGN_ACCOUNT, 'Admin', session)),
      root: as(rootUser(account)),
    });
  };
}
