import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  IAMClient,
  type IAMClientConfig,
} from '@aws-sdk/client-iam';
import { contained, refused } from '../containment/containment.ts';
import type { Principal } from '../containment/principal.ts';
import type { Principals } from '../containment/principals.ts';
import { PATIENCE } from './timeouts.ts';

/** IAM, tried three times. It is global: the SDK knows where it is, and for which Region to sign, in each partition. */
export function iamClient(config: IAMClientConfig = {}): IAMClient {
  return new IAMClient({ maxAttempts: 3, requestHandler: PATIENCE, ...config });
}

async function attach(client: IAMClient, { kind, name }: Principal, PolicyArn: string): Promise<void> {
  if (kind === 'User') await client.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn }));
  else await client.send(new AttachRolePolicyCommand({ RoleName: name, PolicyArn }));
}

/**
 * The live IAM, and the ARN of the policy that contains. A policy takes effect within seconds, at times minutes.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html
 */
export function livePrincipals(client: IAMClient, policyArn: string): Principals {
  return {
    contain: async (principal, now) => {
      try {
        await attach(client, principal, policyArn);
        return contained(principal, policyArn, now);
      } catch (thrown) {
        return refused(principal, thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    },
  };
}
