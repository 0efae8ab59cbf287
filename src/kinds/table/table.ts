import { asRecord, asText } from '../../foreign/values.ts';
import type { Home } from '../home.ts';
import { locksOut } from '../policy-effect.ts';
import { policyField } from '../policy-field.ts';
import {
  type DeclaredResource,
  type Harm,
  isEqual,
  type ResourceKind,
  type ResourceRepair,
} from '../resource.ts';

const [PROTECTION, RECOVERY, EXPIRY, POLICY] = [
  'DeletionProtectionEnabled',
  'PointInTimeRecoverySpecification',
  'TimeToLiveSpecification',
  'ResourcePolicy',
];

/** The ARN of a table. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
export function tableArn(name: string, { partition, region, account }: Home): string {
  return `arn:${partition}:dynamodb:${region}:${account}:table/${name}`;
}

function repair(
  { name }: DeclaredResource,
  kind: string,
  sets: ResourceRepair['sets'],
  input: ResourceRepair['input'] = sets,
): ResourceRepair {
  return { kind, name, input: { TableName: name, ...input }, sets };
}

/** A template may write it as a text. */
const isOn = (value: unknown): boolean => value === true || value === 'true';

/** The attribute by which items expire; undefined where none do. */
function expiryOf(specification: unknown): string | undefined {
  const { Enabled, AttributeName } = asRecord(specification);
  return isOn(Enabled) ? asText(AttributeName) : undefined;
}

/** By another attribute items may go that are to stay; that none go does no harm but by what they cost. */
function harmOfExpiry(_declared: unknown, found: unknown): Harm {
  return expiryOf(found) === undefined ? 'minor' : 'lost';
}

/**
 * A table expires by one attribute, and takes one such change an hour: what is wrong goes first.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTimeToLive.html
 */
function expire(table: DeclaredResource, found: unknown): ResourceRepair[] {
  const [wanted, wrong] = [expiryOf(table.fields[EXPIRY]), expiryOf(found)];
  const set = (AttributeName: string, Enabled: boolean) =>
    repair(table, 'UpdateTimeToLive', { [EXPIRY]: { AttributeName, Enabled } });
  return [
    ...(wrong === undefined ? [] : [set(wrong, false)]),
    ...(wanted === undefined ? [] : [set(wanted, true)]),
  ];
}

/**
 * Tables of DynamoDB: the ledger is one. One that is gone is not made anew, for an empty ledger would pass for the evidence; its
 * policy is declared as the document itself.
 */
export const table: ResourceKind = {
  noun: 'table',
  source: 'dynamodb.amazonaws.com',
  arn: ({ name }, home) => tableArn(name, home),
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/logging-using-cloudtrail.html
  tamperings: {
    CreateTable: { deed: 'created', story: 'was created', part: 'all', harm: 'minor' },
    DeleteTable: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
    UpdateTable: { deed: 'changed', story: 'had its SETTINGS changed', part: 'all', harm: 'lost' },
    UpdateContinuousBackups: {
      deed: 'recovery changed',
      story: 'had its POINT-IN-TIME RECOVERY changed',
      part: RECOVERY,
      harm: 'lost',
    },
    UpdateTimeToLive: { deed: 'expiry changed', story: 'had its EXPIRY changed', part: EXPIRY, harm: 'lost' },
    PutResourcePolicy: {
      deed: 'policy changed',
      story: 'had its POLICY changed',
      part: POLICY,
      harm: 'lost',
    },
    DeleteResourcePolicy: {
      deed: 'policy deleted',
      story: 'had its POLICY deleted',
      part: POLICY,
      harm: 'lost',
    },
  },
  naming: ['tableName', 'resourceArn'],
  // Of a table that can be recovered DynamoDB keeps a backup for 35 days when it is deleted.
  // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/PointInTimeRecovery_Howitworks.html
  command: (name) =>
    `aws dynamodb restore-table-from-backup --target-table-name ${name} --backup-arn "$(aws dynamodb list-backups --table-name ${name} ` +
    `--backup-type SYSTEM --query 'BackupSummaries[-1].BackupArn' --output text)"`,
  names: ({ name }, home) => [name, tableArn(name, home)],
  fields: {
    [PROTECTION]: {
      harm: 'lost',
      isAsGood: (declared, found) => isOn(declared) === isOn(found),
      repair: (declared) => [
        repair(declared, 'UpdateTable', { [PROTECTION]: isOn(declared.fields[PROTECTION]) }),
      ],
    },
    [POLICY]: policyField({
      field: POLICY,
      harm: 'lost',
      changing: [
        'dynamodb:PutItem',
        'dynamodb:DeleteItem',
        'dynamodb:DeleteTable',
        'dynamodb:PutResourcePolicy',
      ],
      // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
      most: 20_480,
      write: ({ name }, Policy, home) => ({
        kind: 'PutResourcePolicy',
        name,
        input: { ResourceArn: tableArn(name, home), Policy },
        sets: { [POLICY]: Policy },
      }),
      isSound: (policy, _table, home) => !locksOut(policy, 'dynamodb:PutResourcePolicy', home, false),
    }),
    [RECOVERY]: {
      harm: 'lost',
      isAsGood: (declared, found) => {
        const wanted = {
          ...asRecord(declared),
          PointInTimeRecoveryEnabled: isOn(asRecord(declared)['PointInTimeRecoveryEnabled']),
        };
        // What is not said of it is AWS's to choose.
        return Object.entries(wanted).every(([key, value]) => isEqual(value, asRecord(found)[key] ?? false));
      },
      repair: (declared) => [
        repair(declared, 'UpdateContinuousBackups', { [RECOVERY]: declared.fields[RECOVERY] }),
      ],
    },
    [EXPIRY]: {
      harm: 'lost',
      grade: harmOfExpiry,
      isAsGood: (declared, found) => expiryOf(declared) === expiryOf(found),
      repair: (declared, { state }) => expire(declared, state[EXPIRY]),
    },
  },
};
