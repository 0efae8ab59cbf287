import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Operation, Request } from '../iam/call.ts';
import { decide, readSentPolicy, type Right, type Statement, statementsForAccountOf } from '../iam/iam.ts';
import { operationsOf, type Row } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Fields, readRequest } from '../wire/request-shape.ts';
import { grantRows } from './grants.ts';

/** A customer managed key. */
export interface Key {
  readonly arn: string;
  readonly id: string;
  readonly description: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly state: 'Enabled' | 'Disabled' | 'PendingDeletion';
  /** When it will be gone, in milliseconds since the epoch. */
  readonly deletedAt?: number | undefined;
  readonly policy: string;
  readonly statements: readonly Statement[];
  readonly isRotating: boolean;
  readonly rotationDays: number;
}

/** KMS of one account. */
export interface KeyService {
  readonly operations: readonly Operation[];
  /** Adds keys that nobody's call has created. */
  readonly add: (keys: readonly Key[]) => void;
  /** A key that was created here, even if it is gone by now. */
  readonly find: (arn: string) => Key | 'gone' | undefined;
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
  /** ARN of the key behind the ARN of an alias. */
  readonly behind: (aliasArn: string) => string | undefined;
  /** The next key that is created gets this id. */
  readonly nameNextKey: (id: string) => void;
}

interface Alias {
  readonly arn: string;
  readonly keyArn: string;
  readonly createdAt: number;
  readonly updatedAt: number;
}

const A_DAY_MS = 86_400_000;

const named = z.object({ KeyId: z.string() });
const aliased = z.object({ AliasName: z.string().regex(/^alias\/(?!aws\/)[\w/-]+$/) });
const seconds = (ms: number) => ms / 1000;

/** An empty KMS. @see https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html */
export function keyService({ account, partition }: { account: string; partition: string }): KeyService {
  const keys = new Map<string, Key>();
  const aliases = new Map<string, Alias>();
  let nextId: string | undefined;

  const here = (region: string) => `arn:${partition}:kms:${region}:${account}`;
  const find = (arn: string) => {
    const key = keys.get(arn);
    return key && (key.deletedAt ?? Infinity) <= Date.now() ? 'gone' : key;
  };
  const arnOf = (region: string, id: string) => {
    const alias = id.startsWith('alias/') ? `${here(region)}:${id}` : id;
    if (alias.includes(':alias/')) return aliases.get(alias)?.keyArn ?? alias;
    return id.startsWith('arn:') ? id : `${here(region)}:key/${id}`;
  };
  const keyOf = (region: string, id: string): Key => {
    const arn = arnOf(region, id);
    const key = find(arn);
    if (key && key !== 'gone') return key;
    throw new AwsError(
      'NotFoundException',
      `${arn.includes(':alias/') ? 'Alias' : 'Key'} '${arn}' does not exist`,
    );
  };
  /** Only where the operation takes an alias is one understood. */
  const asked = ({ input, region }: Request): Key => {
    const { KeyId } = readRequest(named, input, 'ValidationException');
    if (KeyId.includes('alias/')) throw new AwsError('InvalidArnException', `Invalid keyId '${KeyId}'`);
    return keyOf(region, KeyId);
  };
  const change = (key: Key, changed: Partial<Key>) => void keys.set(key.arn, { ...key, ...changed });
  const refuseWhilePending = ({ arn, state }: Key) => {
    if (state === 'PendingDeletion')
      throw new AwsError('KMSInvalidStateException', `${arn} is pending deletion.`);
  };

  const onKey = (request: Request, id: unknown): Omit<Right, 'action'> => {
    const resource = arnOf(request.region, String(id));
    const key = keys.get(resource);
    return {
      resource,
      context: { 'kms:CallerAccount': account, 'aws:ResourceAccount': account },
      ...(key && { policy: key.statements, isPolicyDecisive: true }),
    };
  };
  const onIt = (request: Request) => [onKey(request, request.input['KeyId'])];
  const onAlias = (request: Request): Omit<Right, 'action'> => ({
    resource: `${here(request.region)}:${String(request.input['AliasName'])}`,
  });
  const target = ({ region, input }: Pick<Request, 'input' | 'region'>): string | undefined =>
    aliases.get(`${here(region)}:${String(input['AliasName'])}`)?.keyArn;

  const ofKey = {
    resources: ({ input, region }: Pick<Request, 'input' | 'region'>) => [
      { type: 'AWS::KMS::Key', ARN: arnOf(region, String(input['KeyId'])) },
    ],
  };
  const ofAlias = {
    resources: ({ input, region }: Pick<Request, 'input' | 'region'>) => {
      const key = input['TargetKeyId'] ?? target({ input, region });
      return [
        { type: 'AWS::KMS::Alias', ARN: `${here(region)}:${String(input['AliasName'])}` },
        ...(typeof key === 'string' ? [{ type: 'AWS::KMS::Key', ARN: arnOf(region, key) }] : []),
      ];
    },
  };

  const described = ({ arn, id, description, createdAt, state, deletedAt }: Key) => ({
    AWSAccountId: account,
    KeyId: id,
    Arn: arn,
    CreationDate: seconds(createdAt),
    Enabled: state === 'Enabled',
    Description: description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: state,
    ...(deletedAt !== undefined && { DeletionDate: seconds(deletedAt) }),
    Origin: 'AWS_KMS',
    KeyManager: 'CUSTOMER',
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  });

  /** Throws `MalformedPolicyDocumentException` for a policy that keeps the caller from changing it again. */
  const checked = ({ principal }: Request, policy: string, mayLockOut: boolean): readonly Statement[] => {
    const statements = readSentPolicy(policy, 'MalformedPolicyDocumentException');
    const right = { action: 'kms:PutKeyPolicy', resource: '*' };
    if (!mayLockOut && decide(statementsForAccountOf(statements, principal), right) !== 'allowed')
      throw new AwsError(
        'MalformedPolicyDocumentException',
        'The new key policy will not allow you to update the key policy in the future.',
      );
    return statements;
  };

  const wholeAccount = JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });

  const newKey = z.object({
    Description: z.string().default(''),
    Policy: z.string().default(wholeAccount),
    BypassPolicyLockoutSafetyCheck: z.boolean().default(false),
  });
  const newPolicy = named.extend({
    Policy: z.string().max(32_768),
    PolicyName: z.literal('default').default('default'),
    BypassPolicyLockoutSafetyCheck: z.boolean().default(false),
  });
  const newAlias = aliased.extend({ TargetKeyId: z.string() });

  const setAlias = ({ input, region }: Request, mustExist: boolean) => {
    const { AliasName, TargetKeyId } = readRequest(newAlias, input, 'ValidationException');
    const arn = `${here(region)}:${AliasName}`;
    const before = aliases.get(arn);
    if (mustExist && !before) throw new AwsError('NotFoundException', `Alias ${arn} is not found.`);
    if (!mustExist && before)
      throw new AwsError('AlreadyExistsException', `An alias with the name ${arn} already exists`);
    const key = keyOf(region, TargetKeyId);
    refuseWhilePending(key);
    const now = Date.now();
    aliases.set(arn, { arn, keyArn: key.arn, createdAt: before?.createdAt ?? now, updatedAt: now });
    return {};
  };

  const keyAnswer = ({ arn }: Key) => ({ KeyId: arn });
  const recordedKey = (_output: unknown, { KeyId }: Fields) => ({ keyId: KeyId });

  const rows: readonly Row[] = [
    ...grantRows({ asked, onIt, ofKey, account }),
    {
      name: 'CreateKey',
      changes: { responseElements: (output) => ({ keyMetadata: output }) },
      on: () => [{ resource: '*' }],
      run: (request) => {
        const { Description, Policy, BypassPolicyLockoutSafetyCheck } = readRequest(
          newKey,
          request.input,
          'ValidationException',
        );
        const statements = checked(request, Policy, BypassPolicyLockoutSafetyCheck);
        const id = nextId ?? randomUUID();
        nextId = undefined;
        const key: Key = {
          arn: `${here(request.region)}:key/${id}`,
          id,
          description: Description,
          createdAt: Date.now(),
          state: 'Enabled',
          policy: Policy,
          statements,
          isRotating: false,
          rotationDays: 365,
        };
        keys.set(key.arn, key);
        return { KeyMetadata: described(key) };
      },
    },
    {
      name: 'DescribeKey',
      on: onIt,
      run: ({ input, region }) => ({
        KeyMetadata: described(keyOf(region, readRequest(named, input, 'ValidationException').KeyId)),
      }),
    },
    {
      name: 'EnableKey',
      changes: { ...ofKey, responseElements: recordedKey },
      on: onIt,
      run: (request) => {
        const key = asked(request);
        refuseWhilePending(key);
        change(key, { state: 'Enabled' });
        return {};
      },
    },
    {
      name: 'DisableKey',
      changes: { ...ofKey, responseElements: recordedKey },
      on: onIt,
      run: (request) => {
        const key = asked(request);
        refuseWhilePending(key);
        change(key, { state: 'Disabled' });
        return {};
      },
    },
    {
      name: 'ScheduleKeyDeletion',
      changes: {
        ...ofKey,
        responseElements: (output) => {
          const { KeyId, DeletionDate } = z
            .object({ KeyId: z.string(), DeletionDate: z.number() })
            .parse(output);
          return {
            keyId: KeyId,
            keyState: 'PendingDeletion',
            deletionDate: new Date(DeletionDate * 1000).toISOString(),
          };
        },
      },
      on: onIt,
      run: (request) => {
        const key = asked(request);
        refuseWhilePending(key);
        const { PendingWindowInDays: days } = readRequest(
          named.extend({ PendingWindowInDays: z.number().min(7).max(30).default(30) }),
          request.input,
          'ValidationException',
        );
        const deletedAt = Date.now() + days * A_DAY_MS;
        change(key, { state: 'PendingDeletion', deletedAt });
        return {
          KeyId: key.arn,
          DeletionDate: seconds(deletedAt),
          KeyState: 'PendingDeletion',
          PendingWindowInDays: days,
        };
      },
    },
    {
      name: 'CancelKeyDeletion',
      changes: { ...ofKey, responseElements: recordedKey },
      on: onIt,
      run: (request) => {
        const key = asked(request);
        if (key.state !== 'PendingDeletion')
          throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
        change(key, { state: 'Disabled', deletedAt: undefined });
        return keyAnswer(key);
      },
    },
    {
      name: 'GetKeyPolicy',
      on: onIt,
      run: (request) => ({ Policy: asked(request).policy, PolicyName: 'default' }),
    },
    {
      name: 'PutKeyPolicy',
      changes: ofKey,
      on: onIt,
      run: (request) => {
        const key = asked(request);
        const { Policy, BypassPolicyLockoutSafetyCheck } = readRequest(
          newPolicy,
          request.input,
          'ValidationException',
        );
        const statements = checked(request, Policy, BypassPolicyLockoutSafetyCheck);
        change(key, { policy: Policy, statements });
        return {};
      },
    },
    {
      name: 'GetKeyRotationStatus',
      on: onIt,
      run: (request) => {
        const { id, state, isRotating, rotationDays } = asked(request);
        // Pending deletion, it does not rotate; once cancelled, it is as it was.
        const rotates = isRotating && state !== 'PendingDeletion';
        return {
          KeyRotationEnabled: rotates,
          KeyId: id,
          ...(rotates && { RotationPeriodInDays: rotationDays }),
        };
      },
    },
    {
      name: 'EnableKeyRotation',
      changes: ofKey,
      on: onIt,
      run: (request) => {
        const key = asked(request);
        refuseWhilePending(key);
        if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
        const { RotationPeriodInDays } = readRequest(
          named.extend({ RotationPeriodInDays: z.number().min(90).max(2560).default(365) }),
          request.input,
          'ValidationException',
        );
        change(key, { isRotating: true, rotationDays: RotationPeriodInDays });
        return {};
      },
    },
    {
      name: 'DisableKeyRotation',
      changes: ofKey,
      on: onIt,
      run: (request) => {
        const key = asked(request);
        refuseWhilePending(key);
        if (key.state === 'Disabled') throw new AwsError('DisabledException', `${key.arn} is disabled.`);
        change(key, { isRotating: false });
        return {};
      },
    },
    {
      name: 'ListAliases',
      on: () => [{ resource: '*' }],
      run: ({ input, region }) => {
        const { KeyId } = readRequest(named.partial(), input, 'ValidationException');
        const only = KeyId === undefined ? undefined : keyOf(region, KeyId).arn;
        const found = [...aliases.values()].filter(
          ({ arn, keyArn }) => arn.startsWith(`${here(region)}:`) && (only === undefined || keyArn === only),
        );
        return {
          Aliases: found.map(({ arn, keyArn, createdAt, updatedAt }) => ({
            AliasName: arn.slice(`${here(region)}:`.length),
            AliasArn: arn,
            TargetKeyId: keyArn.split('/').at(-1),
            CreationDate: seconds(createdAt),
            LastUpdatedDate: seconds(updatedAt),
          })),
          Truncated: false,
        };
      },
    },
    {
      name: 'CreateAlias',
      changes: ofAlias,
      on: (request) => [onAlias(request), onKey(request, request.input['TargetKeyId'])],
      run: (request) => setAlias(request, false),
    },
    {
      name: 'UpdateAlias',
      changes: ofAlias,
      on: (request) => [
        onAlias(request),
        onKey(request, request.input['TargetKeyId']),
        ...[target(request) ?? []].flat().map((arn) => onKey(request, arn)),
      ],
      run: (request) => setAlias(request, true),
    },
    {
      name: 'DeleteAlias',
      changes: ofAlias,
      on: (request) => [
        onAlias(request),
        ...[target(request) ?? []].flat().map((arn) => onKey(request, arn)),
      ],
      run: ({ input, region }) => {
        const { AliasName } = readRequest(aliased, input, 'ValidationException');
        const arn = `${here(region)}:${AliasName}`;
        if (!aliases.delete(arn)) throw new AwsError('NotFoundException', `Alias ${arn} is not found.`);
        return {};
      },
    },
  ];

  return {
    operations: operationsOf(
      {
        prefix: 'kms',
        denied: { name: 'AccessDeniedException', status: 400 },
        statuses: { KMSInternalException: 500, DependencyTimeoutException: 503 },
      },
      rows,
    ),
    add: (added) => {
      for (const key of added) keys.set(key.arn, key);
    },
    find,
    state: () => new Map<string, unknown>([...keys, ...aliases]),
    behind: (aliasArn) => aliases.get(aliasArn)?.keyArn,
    nameNextKey: (id) => {
      nextId = id;
    },
  };
}
