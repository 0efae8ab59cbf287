import { asRecord, asText, asTime } from '../foreign/values.ts';

/** Who made a call, in words that people on call can act on. Text comes from the event and is not to be trusted. */
export interface Actor {
  /** One readable line: `role Admin, session mallory`, `IAM user alice`, `root user`. */
  readonly name: string;
  /** The shortest name for a subject line: `mallory`. */
  readonly shortName: string;
  /** What kind of identity it is, as CloudTrail names it: `AssumedRole`, `IAMUser`, `Root`. */
  readonly type?: string;
  readonly arn?: string;
  /** ARN of the role, or of the user, whose rights a session has. */
  readonly issuerArn?: string;
  readonly account?: string;
  readonly accessKeyId?: string;
  /** ISO 8601: when the credentials of a session were issued. */
  readonly sessionStarted?: string;
  /** Undefined when the event does not say. */
  readonly mfa?: boolean;
  /** Who first assumed the role, by what the organisation's own sign-in has set. */
  readonly sourceIdentity?: string;
  /** The user of IAM Identity Center for whom the call was made. */
  readonly onBehalfOf?: string;
  /** The service that made the call for somebody: `cloudformation.amazonaws.com`. */
  readonly invokedBy?: string;
  /** The account of the record's invokedByDelegate. */
  readonly invokedByDelegate?: string;
  /** ARNs of the record's inScopeOf: what the credentials were issued to, such as a function, and what the call was made for. */
  readonly credentialsIssuedTo?: string;
  readonly sourceArn?: string;
}

function lastSegment(arn: string | undefined): string | undefined {
  return asText(arn?.slice(arn.lastIndexOf('/') + 1));
}

type Naming = Pick<Actor, 'name' | 'shortName'>;

interface Identity {
  readonly type: string | undefined;
  readonly arn: string | undefined;
  readonly userName: string | undefined;
  readonly principalId: string | undefined;
  readonly accountId: string | undefined;
  readonly invokedBy: string | undefined;
  readonly issuer: string | undefined;
  readonly sourceIdentity: string | undefined;
  readonly onBehalfOf: string | undefined;
}

/** Roles of IAM Identity Center carry this prefix; their session is the person. */
const SSO_ROLE = /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/;

function assumedRole({ arn, principalId, issuer }: Identity): Naming {
  const session = lastSegment(arn) ?? asText(principalId?.split(':')[1]) ?? 'unknown';
  const role = issuer ?? arn?.split('/')[1] ?? 'unknown';
  const permissionSet = SSO_ROLE.exec(role)?.[1];
  return {
    name: permissionSet
      ? `SSO permission set ${permissionSet}, user ${session}`
      : `role ${role}, session ${session}`,
    shortName: session,
  };
}

/**
 * How each kind of identity is named.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
function naming(identity: Identity): Naming {
  const { type, arn, userName, principalId, accountId, invokedBy } = identity;
  const known = userName ?? lastSegment(arn) ?? arn ?? principalId ?? 'unknown';
  switch (type) {
    case 'Root':
      return { name: `root user${userName ? ` (${userName})` : ''}`, shortName: 'the root user' };
    case 'IAMUser':
      return { name: `IAM user ${known}`, shortName: known };
    case 'AssumedRole':
    case 'Role':
      return assumedRole(identity);
    case 'FederatedUser':
      return { name: `federated user ${known}, issued by ${identity.issuer ?? 'unknown'}`, shortName: known };
    case 'SAMLUser':
    case 'WebIdentityUser':
      return { name: `${type === 'SAMLUser' ? 'SAML' : 'web identity'} user ${known}`, shortName: known };
    case 'IdentityCenterUser':
      return {
        name: `Identity Center user ${identity.onBehalfOf ?? known}`,
        shortName: identity.onBehalfOf ?? known,
      };
    case 'AWSService':
      return { name: `AWS service ${invokedBy ?? known}`, shortName: invokedBy ?? known };
    case 'AWSAccount':
      return {
        name: `another account, ${accountId ?? 'unknown'}, principal ${principalId ?? 'unknown'}`,
        shortName: `account ${accountId ?? 'unknown'}`,
      };
    default:
      return type === undefined && known === 'unknown'
        ? {
            name: invokedBy ? `AWS service ${invokedBy}` : 'unknown',
            shortName: invokedBy ?? 'someone unknown',
          }
        : { name: `${type ?? 'identity'} ${known}`, shortName: known };
  }
}

/** A service that acts for somebody may leave its type and account as all that the record says of them. */
function namingOfService({
  invokedBy,
  arn,
  userName,
  principalId,
  issuer,
  accountId,
}: Identity): Naming | undefined {
  if (!invokedBy || arn || userName || principalId || issuer) return undefined;
  return {
    name: `${invokedBy}${accountId ? `, on behalf of account ${accountId}` : ''}`,
    shortName: invokedBy,
  };
}

/** The name, and who stands behind it. */
function wholeNaming(identity: Identity): Naming {
  const { type, invokedBy, sourceIdentity, onBehalfOf } = identity;
  const byService = type === undefined || type === 'AWSService' ? undefined : namingOfService(identity);
  if (byService) return byService;
  const { name, shortName } = naming(identity);
  const behind = [
    sourceIdentity && `source identity ${sourceIdentity}`,
    onBehalfOf && type !== 'IdentityCenterUser' && `Identity Center user ${onBehalfOf}`,
    invokedBy && type !== undefined && type !== 'AWSService' && `through ${invokedBy}`,
  ];
  return { name: [name, ...behind].filter(Boolean).join(', '), shortName };
}

/** Names the actor of a CloudTrail record. Total: any value at all gives an actor, at worst an unknown one. */
export function readActor(userIdentity: unknown): Actor {
  const identity = asRecord(userIdentity);
  const session = asRecord(identity['sessionContext']);
  const attributes = asRecord(session['attributes']);
  const issuer = asRecord(session['sessionIssuer']);
  const arn = asText(identity['arn']);
  const issuerArn = asText(issuer['arn']);
  const account = asText(identity['accountId']);
  const accessKeyId = asText(identity['accessKeyId']);
  const mfa = attributes['mfaAuthenticated'];
  const type = asText(identity['type']);
  const sessionStarted = asTime(attributes['creationDate']);
  const scope = asRecord(identity['inScopeOf']);
  const behind = {
    sourceIdentity: asText(session['sourceIdentity']),
    onBehalfOf: asText(asRecord(identity['onBehalfOf'])['userId']),
    invokedBy: asText(identity['invokedBy']),
    invokedByDelegate: asText(asRecord(identity['invokedByDelegate'])['accountId']),
    credentialsIssuedTo: asText(scope['credentialsIssuedTo']),
    sourceArn: asText(scope['sourceArn']),
  };
  return {
    ...wholeNaming({
      ...behind,
      type,
      arn,
      userName: asText(identity['userName']),
      principalId: asText(identity['principalId']),
      accountId: account,
      issuer: asText(issuer['userName']) ?? lastSegment(issuerArn),
    }),
    ...(type ? { type } : {}),
    ...(arn ? { arn } : {}),
    ...(issuerArn ? { issuerArn } : {}),
    ...(sessionStarted ? { sessionStarted } : {}),
    ...(account ? { account } : {}),
    ...(accessKeyId ? { accessKeyId } : {}),
    ...(mfa === 'true' || mfa === true
      ? { mfa: true }
      : mfa === 'false' || mfa === false
        ? { mfa: false }
        : {}),
    ...Object.fromEntries(Object.entries(behind).filter(([, said]) => said !== undefined)),
  };
}
