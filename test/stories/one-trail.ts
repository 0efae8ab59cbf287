import { declaredAs, type FakeGuard, FakeTrails } from '../fakes/trails.ts';
import { enforcing, orgAuditTrail } from '../fakes/samples.ts';

/** The trail of these stories. */
export const trail = orgAuditTrail.Name;
/** Its ARN. */
export const ARN = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${trail}`;
/** What is only told, not repaired. */
export const monitoring = { ...enforcing, mode: 'monitor' } as const;

/** Lets everything happen that can happen without an answer from AWS. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** The declared trails, of which this one has been stopped. */
export function stopped(...declared: (typeof orgAuditTrail)[]): FakeTrails {
  const trails = new FakeTrails(...(declared.length > 0 ? declared : [orgAuditTrail]));
  trails.tamper({ kind: 'stopLogging', trail });
  return trails;
}

/** No trail: it has been deleted. */
export function deleted(): FakeTrails {
  const trails = new FakeTrails(orgAuditTrail);
  trails.tamper({ kind: 'deleteTrail', trail });
  return trails;
}

/** The trail, redirected and without its key. */
export function weakened(): FakeTrails {
  const trails = new FakeTrails(orgAuditTrail);
  trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket', KmsKeyId: '' } });
  return trails;
}

/** Expects a trail to be as it is declared. */
export function expectWhole({ trails }: FakeGuard, declared = orgAuditTrail): void {
  expect(trails.shows(declared.Name)).toEqual(declaredAs(declared));
}

/** The failures that the invocation ends with. */
export async function failuresOf(pass: Promise<unknown>): Promise<Error[]> {
  const error: unknown = await pass.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof AggregateError)) throw new Error('it did not end with an AggregateError');
  return error.errors.filter((each) => each instanceof Error);
}
