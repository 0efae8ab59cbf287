import { readFileSync } from 'node:fs';
import { type Context, decide, readPolicy, type Statement } from '../../local/aws/iam/iam.ts';
import {
  type OrganizationCaller,
  resourceControls,
  serviceControls,
} from '../../local/aws/iam/organization-policies.ts';

export const MEMBER = '123456789012';
export const MANAGEMENT = '111122223333';

/** A policy that is handed out, as it lies in the folder. */
export function handedOut(file: 'scp.json' | 'rcp.json'): unknown {
  return JSON.parse(readFileSync(`policies/${file}`, 'utf8'));
}

const scp = readPolicy(handedOut('scp.json'), 'scp.json');
const rcp = readPolicy(handedOut('rcp.json'), 'rcp.json');

export const inMember = (path: string): OrganizationCaller => ({
  account: MEMBER,
  iamArn: `arn:aws:iam::${MEMBER}:${path}`,
});

export const CALLERS = {
  Mallory: inMember('role/Admin'),
  'the root user': inMember('root'),
  'a role named after the guard below another path': inMember('role/mallory/trailkeeper-prod-HealRole-X'),
  'the management account': { account: MANAGEMENT, iamArn: `arn:aws:iam::${MANAGEMENT}:role/Admin` },
  'a stranger who named a role after the guard': {
    account: '210987654321',
    iamArn: 'arn:aws:iam::210987654321:role/trailkeeper-prod-HealRole-X',
  },
  'nobody who has signed in': { account: '' },
  'the role of heal': inMember('role/trailkeeper-drill-HealRole-0A1B2C3D4E5F'),
  'the deploying role': inMember('role/deploy-trailkeeper'),
  'the break-glass role': inMember('role/break-glass'),
  CloudTrail: { account: '', isService: true },
  "CloudTrail's service-linked role": inMember(
    'role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail',
  ),
} as const satisfies Readonly<Record<string, OrganizationCaller>>;

export type CallerName = keyof typeof CALLERS;

/** A call as IAM sees it. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly context?: Context;
}

const ADMINISTRATOR = readPolicy({ Statement: { Effect: 'Allow', Action: '*', Resource: '*' } }, 'all');

function contextOf({ iamArn, isService = false }: OrganizationCaller, { context }: Call): Context {
  return {
    ...context,
    ...(iamArn !== undefined && { 'aws:PrincipalArn': iamArn }),
    'aws:PrincipalIsAWSService': String(isService),
  };
}

function isDenied(policy: readonly Statement[], caller: OrganizationCaller, call: Call): boolean {
  const { action, resource } = call;
  return (
    decide([...ADMINISTRATOR, ...policy], { action, resource, context: contextOf(caller, call) }) !==
    'allowed'
  );
}

const membership = { memberAccounts: [MEMBER], resourceAccount: MEMBER };

/** Whether the service control policy keeps a caller, who may do everything else, from a call. */
export const deniedByScp = (caller: OrganizationCaller, call: Call): boolean =>
  isDenied(serviceControls(scp, caller, membership), caller, call);

/** Whether the resource control policy does. */
export const deniedByRcp = (caller: OrganizationCaller, call: Call): boolean =>
  isDenied(resourceControls(rcp, caller, membership), caller, call);

/** The services of the resource control policy: what it denies, it denies of these. */
export const RCP_SERVICES = ['s3', 'kms', 'sqs', 'dynamodb'];
