import { z } from 'zod';
import { readPolicy, type Statement } from '../iam/iam.ts';
import type { Template } from '../stack/template.ts';

/** What DynamoDB keeps beside a table's items, and the emulator does not know. */
export interface TableSettings {
  readonly isProtected: boolean;
  /** The attribute that says when an item expires; undefined: none does. */
  readonly expiry: string | undefined;
  readonly isRecoverable: boolean;
  readonly recoveryDays: number;
  /** Resource policy, as it was written and as it is judged. */
  readonly policy: { readonly text: string; readonly statements: readonly Statement[] } | undefined;
  readonly encryption: Readonly<Record<string, unknown>> | undefined;
}

/** A table of a template. */
export interface Table {
  readonly name: string;
  /** The request of CreateTable that makes its keys and indexes. */
  readonly definition: Readonly<Record<string, unknown>>;
  readonly settings: TableSettings;
}

const keys = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

export const recoverySpecification = z.object({
  PointInTimeRecoveryEnabled: z.boolean(),
  RecoveryPeriodInDays: z.coerce.number().min(1).max(35).default(35),
});

export const expirySpecification = z.object({ Enabled: z.boolean(), AttributeName: z.string().min(1) });

const properties = z.object({
  AttributeDefinitions: z.array(
    z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
  ),
  KeySchema: keys,
  BillingMode: z.literal('PAY_PER_REQUEST', 'Tables on demand are run here, and no others'),
  GlobalSecondaryIndexes: z
    .array(z.object({ IndexName: z.string(), KeySchema: keys, Projection: z.unknown() }))
    .optional(),
  DeletionProtectionEnabled: z.boolean().default(false),
  TimeToLiveSpecification: expirySpecification.optional(),
  PointInTimeRecoverySpecification: recoverySpecification.optional(),
  SSESpecification: z
    .object({
      SSEEnabled: z.boolean(),
      SSEType: z.string().optional(),
      KMSMasterKeyId: z.string().optional(),
    })
    .optional(),
  ResourcePolicy: z.object({ PolicyDocument: z.unknown() }).optional(),
});

/** A resource policy as a table keeps it. Throws an Error naming `where` for one that cannot be judged here. */
export function tablePolicy(document: unknown, where: string): NonNullable<TableSettings['policy']> {
  return { text: JSON.stringify(document), statements: readPolicy(document, where) };
}

/** @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_SSEDescription.html */
function encryptionOf(given: z.output<typeof properties>['SSESpecification']): TableSettings['encryption'] {
  if (!given?.SSEEnabled) return undefined;
  const { KMSMasterKeyId: KMSMasterKeyArn, SSEType = 'KMS' } = given;
  return { Status: 'ENABLED', SSEType, ...(KMSMasterKeyArn !== undefined && { KMSMasterKeyArn }) };
}

/**
 * Reads a table. Throws for one that is not on demand.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-table.html
 */
export function readTable(template: Template, id: string): Table {
  const table = template.read(id, properties);
  const { AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes } = table;
  const { TimeToLiveSpecification: expiry, PointInTimeRecoverySpecification: recovery } = table;
  const name = template.reference(id);
  return {
    name,
    definition: {
      TableName: name,
      AttributeDefinitions,
      KeySchema,
      BillingMode,
      ...(GlobalSecondaryIndexes && { GlobalSecondaryIndexes }),
    },
    settings: {
      isProtected: table.DeletionProtectionEnabled,
      expiry: expiry?.Enabled ? expiry.AttributeName : undefined,
      isRecoverable: recovery?.PointInTimeRecoveryEnabled ?? false,
      recoveryDays: recovery?.RecoveryPeriodInDays ?? 35,
      policy: table.ResourcePolicy && tablePolicy(table.ResourcePolicy.PolicyDocument, id),
      encryption: encryptionOf(table.SSESpecification),
    },
  };
}
