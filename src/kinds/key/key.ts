import { asRecords, asText } from '../../foreign/values.ts';
import { locksOut } from '../policy-effect.ts';
import { policyField } from '../policy-field.ts';
import type { DeclaredResource, ObservedResource, ResourceKind, ResourceRepair } from '../resource.ts';
import { strangersGrants } from './grants.ts';

/** Whoever may change the policy of a key may get everything on it. */
const OWNING = 'kms:PutKeyPolicy';

function repair(
  { name }: DeclaredResource,
  kind: string,
  sets: ResourceRepair['sets'],
  input: ResourceRepair['input'] = {},
): ResourceRepair {
  return { kind, name, input: { KeyId: name, ...input }, sets };
}

/**
 * A key that is to be deleted is disabled once that is cancelled. https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
 * UNVERIFIED: that it can be cancelled while it waits for its replicas to be deleted.
 */
function enable(key: DeclaredResource, { state }: ObservedResource): ResourceRepair[] {
  const enabled = repair(key, 'EnableKey', { KeyState: 'Enabled' });
  if (!['PendingDeletion', 'PendingReplicaDeletion'].includes(asText(state['KeyState']) ?? ''))
    return [enabled];
  return [repair(key, 'CancelKeyDeletion', { KeyState: 'Disabled' }), enabled];
}

function rotate(key: DeclaredResource): ResourceRepair[] {
  const { KeyRotationEnabled, RotationPeriodInDays } = key.fields;
  if (KeyRotationEnabled !== true) return [repair(key, 'DisableKeyRotation', { KeyRotationEnabled })];
  const period = RotationPeriodInDays === undefined ? {} : { RotationPeriodInDays };
  return [repair(key, 'EnableKeyRotation', { KeyRotationEnabled, ...period }, period)];
}

/** An alias that leads elsewhere is led back; one that is gone is made. */
function lead({ name, fields }: DeclaredResource): ResourceRepair[] {
  const AliasName = fields['AliasName'];
  const leading = { name, input: { AliasName, TargetKeyId: name }, sets: { AliasName: [AliasName] } };
  return [{ ...leading, kind: 'UpdateAlias', otherwise: { ...leading, kind: 'CreateAlias' } }];
}

/**
 * KMS keys: the log files of a trail are encrypted with one, and none is written while it is disabled.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
 */
export const key: ResourceKind = {
  noun: 'key',
  source: 'kms.amazonaws.com',
  arn: ({ name }) => name,
  tamperings: {
    DisableKey: { deed: 'disabled', story: 'was DISABLED', part: 'KeyState', harm: 'lost' },
    ScheduleKeyDeletion: {
      deed: 'to be deleted',
      story: 'was SCHEDULED FOR DELETION',
      part: 'KeyState',
      harm: 'lost',
    },
    EnableKey: { deed: 'enabled', story: 'was enabled', part: 'KeyState', harm: 'minor' },
    CancelKeyDeletion: {
      deed: 'deletion cancelled',
      story: 'had its deletion cancelled',
      part: 'KeyState',
      harm: 'minor',
    },
    DeleteImportedKeyMaterial: {
      deed: 'key material deleted',
      story: 'had its KEY MATERIAL deleted',
      part: 'KeyState',
      harm: 'lost',
    },
    PutKeyPolicy: { deed: 'policy changed', story: 'had its POLICY changed', part: 'Policy', harm: 'lost' },
    RetireGrant: { deed: 'grant retired', story: 'had a GRANT retired', part: 'Grants', harm: 'minor' },
    RevokeGrant: { deed: 'grant revoked', story: 'had a GRANT revoked', part: 'Grants', harm: 'minor' },
    CreateGrant: { deed: 'grant created', story: 'had a GRANT created', part: 'Grants', harm: 'minor' },
    // A replica has a policy of its own, and opens all that the key has closed.
    ReplicateKey: {
      deed: 'replicated',
      story: 'was REPLICATED to another Region',
      part: 'replicas',
      harm: 'exposed',
    },
    UpdatePrimaryRegion: {
      deed: 'primary Region changed',
      story: 'had its PRIMARY REGION changed',
      part: 'replicas',
      harm: 'minor',
    },
    EnableKeyRotation: {
      deed: 'rotation changed',
      story: 'had its ROTATION changed',
      part: 'KeyRotationEnabled',
      harm: 'minor',
    },
    DisableKeyRotation: {
      deed: 'rotation disabled',
      story: 'had its ROTATION disabled',
      part: 'KeyRotationEnabled',
      harm: 'minor',
    },
    CreateAlias: { deed: 'alias created', story: 'had its ALIAS created', part: 'AliasName', harm: 'minor' },
    UpdateAlias: { deed: 'alias moved', story: 'had its ALIAS moved', part: 'AliasName', harm: 'minor' },
    DeleteAlias: { deed: 'alias deleted', story: 'had its ALIAS deleted', part: 'AliasName', harm: 'minor' },
  },
  naming: ['keyId', 'targetKeyId', 'aliasName'],
  names: ({ name, fields }, { partition, region, account }) => {
    const alias = asText(fields['AliasName']);
    const aliases = alias ? [alias, `arn:${partition}:kms:${region}:${account}:${alias}`] : [];
    return [name, name.slice(name.lastIndexOf('/') + 1), ...aliases];
  },
  fields: {
    KeyState: { harm: 'lost', repair: enable },
    Policy: policyField({
      field: 'Policy',
      harm: 'lost',
      changing: ['kms:PutKeyPolicy', 'kms:DisableKey', 'kms:ScheduleKeyDeletion', 'kms:CreateGrant'],
      // https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
      most: 32_768,
      write: (resource, text) =>
        repair(
          resource,
          'PutKeyPolicy',
          { Policy: text },
          {
            PolicyName: 'default',
            Policy: text,
            // As it was deployed: the guard's own key is changed again by the deployment alone.
            ...(resource.purpose === 'guard' && { BypassPolicyLockoutSafetyCheck: true }),
          },
        ),
      // The policy of a key that serves others, too, is theirs as well.
      isSound: (policy, { fields }, home) => fields['Shared'] !== true && !locksOut(policy, OWNING, home),
    }),
    Grants: {
      harm: 'exposed',
      isAsGood: (declared, found, _key, home) => strangersGrants(declared, found, home).length === 0,
      repair: (resource, { state }, home) => {
        let left = asRecords(state['Grants']);
        return strangersGrants(resource.fields['Grants'], left, home).map((grant) => {
          left = left.filter(({ GrantId }) => GrantId !== grant['GrantId']);
          return repair(resource, 'RevokeGrant', { Grants: left }, { GrantId: grant['GrantId'] });
        });
      },
    },
    KeyRotationEnabled: { harm: 'minor', repair: rotate },
    RotationPeriodInDays: {
      harm: 'minor',
      repair: (resource, observed) =>
        // With the rotation its period comes back, too.
        observed.state['KeyRotationEnabled'] === true ? rotate(resource) : [],
    },
    AliasName: {
      harm: 'minor',
      // A key may have several.
      isAsGood: (declared, found) => Array.isArray(found) && found.includes(declared),
      repair: lead,
    },
  },
};
