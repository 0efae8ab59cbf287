import {
  IAMClient,
  type IAMClientConfig,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { containmentPolicy, POLICY_NAME } from '../containment/policy.ts';
import { contained, refused } from '../containment/containment.ts';
import type { Principal } from '../containment/principal.ts';
import type { Principals } from '../containment/principals.ts';
import { PATIENCE } from './timeouts.ts';

/** IAM, tried three times. It is global: the SDK knows where it is, and for which Region to sign, in each partition. */
export function iamClient(config: IAMClientConfig = {}): IAMClient {
  return new IAMClient({ maxAttempts: 3, requestHandler: PATIENCE, ...config });
}

async function putPolicy(client: IAMClient, { kind, name }: Principal, document: object): Promise<void> {
  const policy = { PolicyName: POLICY_NAME, PolicyDocument: JSON.stringify(document) };
  if (kind === 'User') await client.send(new PutUserPolicyCommand({ UserName: name, ...policy }));
  else await client.send(new PutRolePolicyCommand({ RoleName: name, ...policy }));
}

/**
 * The live IAM. A policy takes effect within seconds, at times minutes.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
 */
export function livePrincipals(client: IAMClient): Principals {
  return {
    contain: async (principal, now) => {
      try {
        await putPolicy(client, principal, containmentPolicy(principal, now));
        return contained(principal, now);
      } catch (thrown) {
        return refused(principal, thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    },
  };
}
