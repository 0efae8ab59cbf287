import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedAwsOptions, embeddedAws } from '../../../local/aws/aws.ts';
import type { AwsWithoutNetwork } from '../../../local/aws/embedded-aws.ts';
import { assumedRole, type SignIn } from '../../../local/aws/iam/principal.ts';
import { inThisProcess, type Load } from '../../../local/aws/lambda/in-this-process.ts';
import { withoutNetwork } from '../../../local/aws/wire/no-network.ts';

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;

export const arnOf = (logicalId: string) => ({ 'Fn::GetAtt': [logicalId, 'Arn'] });

export const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: 'Allow',
  Action,
  Resource,
  ...more,
});

/** A role that a service may assume. */
export const role = (RoleName: string, Statement: unknown, service = 'lambda') => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    RoleName,
    AssumeRolePolicyDocument: {
      Statement: {
        Effect: 'Allow',
        Principal: { Service: `${service}.amazonaws.com` },
        Action: 'sts:AssumeRole',
      },
    },
    Policies: [{ PolicyName: 'own', PolicyDocument: { Statement } }],
  },
});

/** A function whose role has this logical id. */
export const lambdaFunction = (FunctionName: string, roleId: string, more: object = {}) => ({
  Type: 'AWS::Lambda::Function',
  Properties: {
    FunctionName,
    Handler: `src/handlers/${FunctionName}.handler`,
    Runtime: 'nodejs24.x',
    Timeout: 10,
    Role: arnOf(roleId),
    Code: { S3Key: `${FunctionName}.zip` },
    ...more,
  },
});

/** What an SDK's client needs to speak to it. */
export const clientOf = (aws: AwsWithoutNetwork, who: Partial<SignIn> = {}) => ({
  region: aws.region,
  credentials: aws.signIn({ userIdentity: assumedRole(aws.account, 'Security', 'alice'), ...who }),
  requestHandler: withoutNetwork(aws.answer, 60_000) as never,
});

const never: Load = () => () => Promise.reject(new Error('There is no function here'));

/** An embedded AWS without a network on which a package is deployed; its functions run in this process. */
export function deployed(
  directory: string,
  load: Load = never,
  options: EmbeddedAwsOptions = {},
): AwsWithoutNetwork {
  const aws: AwsWithoutNetwork = embeddedAws(options, (settings) =>
    inThisProcess(aws.answer, load, 0)(settings),
  );
  aws.deploy(directory);
  return aws;
}

/** The same with a small template. */
export function deploy(resources: Resources, load?: Load, options?: EmbeddedAwsOptions): AwsWithoutNetwork {
  const directory = mkdtempSync(join(tmpdir(), 'small-stack-'));
  try {
    const template = JSON.stringify({ Resources: resources });
    writeFileSync(join(directory, 'cloudformation-template-update-stack.json'), template);
    return deployed(directory, load, options);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
