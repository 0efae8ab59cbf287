import { randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';

/**
 * Who made a call, in the shape of a CloudTrail record.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
export interface UserIdentity {
  readonly type: string;
  readonly principalId?: string;
  readonly arn?: string;
  readonly accountId?: string;
  readonly accessKeyId?: string;
  readonly userName?: string;
  readonly invokedBy?: string;
  readonly sessionContext?: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** Credentials as an SDK client takes them. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What is known of a caller before it calls. Without `role` the caller is an administrator: everything is allowed. */
export interface SignIn {
  readonly userIdentity: UserIdentity;
  readonly sourceIPAddress?: string;
  /** Overrides the `User-Agent` header of the request in the records. */
  readonly userAgent?: string;
  /** ARN of the deployed role whose policies bind this caller. */
  readonly role?: string;
  /** ARN of the function that these credentials were given to. */
  readonly sourceFunction?: string;
}

/** What IAM keeps. */
export type IamKind = 'User' | 'Role';

/** A signed-in caller. */
export interface Principal extends SignIn {
  readonly arn: string;
  /** ARN of the user, or of the role behind the session, that IAM's policies are on. */
  readonly iamArn?: string;
  /** When temporary credentials were issued, as `aws:TokenIssueTime` has it. */
  readonly issuedAt?: string;
  readonly accessKeyId: string;
  readonly sourceIPAddress: string;
}

/** The callers known to the embedded AWS, by access key. */
export interface Principals {
  readonly signIn: (who: SignIn) => Credentials;
  /** Throws `UnrecognizedClientException` for a key that nobody was given. */
  readonly byAccessKey: (accessKeyId: string) => Principal;
  /** ARN, with its path, of the user or role of that name that somebody has signed in as. */
  readonly iamArnOf: (kind: IamKind, name: string) => string | undefined;
}

const session = z.object({
  sessionIssuer: z.object({ arn: z.string().optional() }).optional(),
  attributes: z.object({ creationDate: z.string().optional() }).optional(),
});

function standing({ type, arn, sessionContext }: UserIdentity): Pick<Principal, 'iamArn' | 'issuedAt'> {
  const { sessionIssuer, attributes } = session.parse(sessionContext ?? {});
  const iamArn = type === 'IAMUser' ? arn : sessionIssuer?.arn;
  const issuedAt = attributes?.creationDate;
  return { ...(iamArn !== undefined && { iamArn }), ...(issuedAt !== undefined && { issuedAt }) };
}

/** A session of an assumed role, as `aws sts assume-role` makes it. */
export function assumedRole(account: string, role: string, session: string, partition = 'aws'): UserIdentity {
  const principalId = uniqueId('AROA');
  return {
    type: 'AssumedRole',
    principalId: `${principalId}:${session}`,
    arn: `arn:${partition}:sts::${account}:assumed-role/${role}/${session}`,
    accountId: account,
    sessionContext: {
      sessionIssuer: {
        type: 'Role',
        principalId,
        arn: `arn:${partition}:iam::${account}:role/${role}`,
        accountId: account,
        userName: role,
      },
      attributes: { creationDate: instant(new Date()), mfaAuthenticated: 'false' },
    },
  };
}

/** An IAM user with a long-term access key. */
export function iamUser(account: string, userName: string): UserIdentity {
  return {
    type: 'IAMUser',
    principalId: uniqueId('AIDA'),
    arn: `arn:aws:iam::${account}:user/${userName}`,
    accountId: account,
    userName,
  };
}

/** The root user of an account. */
export function rootUser(account: string): UserIdentity {
  return { type: 'Root', principalId: account, arn: `arn:aws:iam::${account}:root`, accountId: account };
}

/** A point in time as CloudTrail records write it: UTC, whole seconds. */
export function instant(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** An empty registry of callers. */
export function principalRegistry(): Principals {
  const principals = new Map<string, Principal>();
  return {
    signIn: (who) => {
      const temporary = who.userIdentity.type !== 'IAMUser';
      const accessKeyId = who.userIdentity.accessKeyId ?? uniqueId(temporary ? 'ASIA' : 'AKIA');
      const { userIdentity } = who;
      principals.set(accessKeyId, {
        ...who,
        userIdentity: { ...userIdentity, accessKeyId },
        ...standing(userIdentity),
        arn: userIdentity.arn ?? userIdentity.invokedBy ?? userIdentity.principalId ?? userIdentity.type,
        accessKeyId,
        sourceIPAddress: who.sourceIPAddress ?? '192.0.2.10',
      });
      const secretAccessKey = randomBytes(30).toString('base64');
      return temporary
        ? { accessKeyId, secretAccessKey, sessionToken: randomUUID() }
        : { accessKeyId, secretAccessKey };
    },
    byAccessKey: (accessKeyId) => {
      const principal = principals.get(accessKeyId);
      if (principal) return principal;
      throw new AwsError(
        'UnrecognizedClientException',
        'The security token included in the request is invalid.',
      );
    },
    iamArnOf: (kind, name) =>
      [...principals.values()]
        .flatMap(({ iamArn }) => iamArn ?? [])
        .find((iamArn) => iamArn.includes(`:${kind.toLowerCase()}/`) && iamArn.endsWith(`/${name}`)),
  };
}

/** An id as AWS makes them: a prefix by kind (AROA, AIDA, ASIA, AKIA), followed by 16 capitals and digits. */
export function uniqueId(prefix: string): string {
  return prefix + randomBytes(8).toString('hex').toUpperCase();
}
