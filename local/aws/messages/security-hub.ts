import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import type { Operation } from '../iam/call.ts';
import { type Fields, readRequest } from '../wire/request-shape.ts';

const text = (most: number) => z.string().min(1).max(most);
const time = z.iso.datetime();
const fields = z
  .record(text(128), text(2048))
  .refine((all) => Object.keys(all).length <= 50, 'At most 50 product fields');

/** What every finding needs, and the limits of what this project fills in. */
const findingShape = z.looseObject({
  SchemaVersion: z.literal('2018-10-08'),
  Id: text(512),
  ProductArn: text(2048),
  GeneratorId: text(512),
  AwsAccountId: z.string().regex(/^\d{12}$/),
  CreatedAt: time,
  UpdatedAt: time,
  FirstObservedAt: time.optional(),
  LastObservedAt: time.optional(),
  Title: text(256),
  Description: text(1024),
  FindingProviderFields: z.object({
    Severity: z.object({ Label: z.enum(['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']) }),
    Types: z
      .array(
        z
          .string()
          .regex(
            /^(Software and Configuration Checks|TTPs|Effects|Unusual Behaviors|Sensitive Data Identifications)\//,
          ),
      )
      .max(50),
  }),
  Resources: z
    .array(z.looseObject({ Type: text(256), Id: text(512) }))
    .min(1)
    .max(32),
  ProductFields: fields.optional(),
  Remediation: z
    .object({ Recommendation: z.object({ Text: text(512), Url: z.url().optional() }) })
    .optional(),
  SourceUrl: z.url().optional(),
});

const importRequest = z.object({
  Findings: z
    .array(z.looseObject({ ProductArn: z.string() }))
    .min(1)
    .max(100),
});

function failureOf(finding: Fields) {
  const { success, error } = findingShape.safeParse(finding);
  if (success) return [];
  return [{ Id: String(finding['Id']), ErrorCode: 'InvalidInput', ErrorMessage: z.prettifyError(error) }];
}

/**
 * Security Hub's BatchImportFindings: what is not of the format is answered finding by finding, the rest is kept in
 * `findings`.
 *
 * @see https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
 */
export function batchImportFindings(findings: Fields[]): Operation {
  return {
    name: 'BatchImportFindings',
    mutating: false,
    perSecond: undefined,
    rights: ({ input }) => {
      const { Findings } = readRequest(importRequest, input, 'InvalidInputException');
      return Findings.map(({ ProductArn }) => ({
        action: 'securityhub:BatchImportFindings',
        resource: ProductArn,
      }));
    },
    denial: ({ principal }, { action, resource }) =>
      new AwsError(
        'AccessDeniedException',
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`,
        403,
      ),
    failure: (fault) =>
      new AwsError(
        fault,
        `${fault} was injected into BatchImportFindings.`,
        fault === 'InternalException' ? 500 : 400,
      ),
    run: ({ input }) => {
      const { Findings } = readRequest(importRequest, input, 'InvalidInputException');
      const FailedFindings = Findings.flatMap(failureOf);
      const taken = Findings.filter((finding) => failureOf(finding).length === 0);
      findings.push(...taken);
      return { FailedCount: FailedFindings.length, SuccessCount: taken.length, FailedFindings };
    },
  };
}
