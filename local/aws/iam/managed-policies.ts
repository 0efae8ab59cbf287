import { z } from 'zod';
import type { Row } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import { encoded } from './encoded.ts';
import { readSentPolicy, type Statement } from './iam.ts';
import type { RoleStore } from './live-roles.ts';
import { awsManaged, MOST_MANAGED } from './roles.ts';

/** A managed policy as it is now: the documents of its versions, by their ids, and which is in force. */
interface LivePolicy {
  readonly versions: ReadonlyMap<string, string>;
  readonly inForce: string;
  /** So many versions there have been: an id is not used again. */
  readonly made: number;
}

/** Managed policies of one account. */
export interface ManagedPolicies {
  /** What one says, AWS's own among them. */
  readonly find: (arn: string) => readonly Statement[] | undefined;
  /** Takes those of a deployed stack over: documents by ARNs. */
  readonly add: (documents: ReadonlyMap<string, string>) => void;
  /** What there is now. */
  readonly state: () => ReadonlyMap<string, unknown>;
  /** The calls on them; who has them may from then on do what they say. */
  readonly rows: (roles: Pick<RoleStore, 'renew'>) => readonly Row[];
}

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MOST_VERSIONS = 5;

const named = z.object({ PolicyArn: z.string() });
const versioned = named.extend({ VersionId: z.string() });
const created = named.extend({
  PolicyDocument: z.string(),
  SetAsDefault: z.union([z.boolean(), z.stringbool()]).default(false),
});

/** No managed policies but AWS's own. @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicyVersion.html */
export function managedPolicies(): ManagedPolicies {
  const policies = new Map<string, LivePolicy>();

  const missing = (what: string) => new AwsError('NoSuchEntityException', `${what} cannot be found.`, 404);
  const existing = (arn: string): LivePolicy => {
    const found = policies.get(arn);
    if (!found) throw missing(`Policy ${arn}`);
    return found;
  };
  const textOf = ({ versions }: LivePolicy, id: string): string => {
    const text = versions.get(id);
    if (text === undefined) throw missing(`Version ${id}`);
    return text;
  };
  const read = <S extends z.ZodType>(schema: S, input: Readonly<Record<string, unknown>>) =>
    readRequest(schema, input, 'ValidationException');
  const on: Row['on'] = ({ input }) => [{ resource: String(input['PolicyArn']) }];

  return {
    find: (arn) => {
      const policy = policies.get(arn);
      return policy
        ? readSentPolicy(textOf(policy, policy.inForce), 'MalformedPolicyDocumentException')
        : awsManaged(arn);
    },
    add: (documents) => {
      for (const [arn, text] of documents)
        policies.set(arn, { versions: new Map([['v1', text]]), inForce: 'v1', made: 1 });
    },
    state: () =>
      new Map(
        [...policies].map(([arn, policy]) => [arn, { PolicyDocument: textOf(policy, policy.inForce) }]),
      ),
    rows: (roles) => [
      {
        name: 'GetPolicy',
        on,
        run: ({ input }) => {
          const { PolicyArn: Arn } = read(named, input);
          return { Policy: { Arn, DefaultVersionId: existing(Arn).inForce, IsAttachable: true } };
        },
      },
      {
        name: 'GetPolicyVersion',
        on,
        run: ({ input }) => {
          const { PolicyArn, VersionId } = read(versioned, input);
          const policy = existing(PolicyArn);
          const Document = encoded(textOf(policy, VersionId));
          return { PolicyVersion: { Document, VersionId, IsDefaultVersion: VersionId === policy.inForce } };
        },
      },
      {
        name: 'CreatePolicyVersion',
        changes: {},
        on,
        run: ({ input }) => {
          const { PolicyArn, PolicyDocument, SetAsDefault } = read(created, input);
          const policy = existing(PolicyArn);
          readSentPolicy(PolicyDocument, 'MalformedPolicyDocumentException');
          if (
            policy.versions.size >= MOST_VERSIONS ||
            PolicyDocument.replace(/\s/g, '').length > MOST_MANAGED
          )
            throw new AwsError('LimitExceededException', `Cannot exceed the quota of ${PolicyArn}`, 409);
          const made = policy.made + 1;
          const VersionId = `v${made}`;
          const versions = new Map(policy.versions).set(VersionId, PolicyDocument);
          policies.set(PolicyArn, { versions, made, inForce: SetAsDefault ? VersionId : policy.inForce });
          roles.renew();
          return { PolicyVersion: { VersionId, IsDefaultVersion: SetAsDefault } };
        },
      },
      {
        name: 'SetDefaultPolicyVersion',
        changes: {},
        on,
        run: ({ input }) => {
          const { PolicyArn, VersionId: inForce } = read(versioned, input);
          const policy = existing(PolicyArn);
          textOf(policy, inForce);
          policies.set(PolicyArn, { ...policy, inForce });
          roles.renew();
          return {};
        },
      },
    ],
  };
}
