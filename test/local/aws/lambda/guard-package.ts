import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { strToU8, zipSync } from 'fflate';

const source = `
import { CloudTrailClient, GetTrailStatusCommand, StartLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
const trails = new CloudTrailClient({});
const topics = new SNSClient({});
let invocations = 0;
export const handler = async (event, context) => {
  invocations += 1;
  console.log('invocation ' + invocations + ' of ' + context.functionName);
  if (event.fail) throw new TypeError('told to fail');
  if (event.hang) await new Promise((resolve) => setTimeout(resolve, 60_000));
  if (event.exit) process.exit(3);
  if (event.ask) return { environment: process.env[event.ask], cwd: process.cwd(), remaining: context.getRemainingTimeInMillis() };
  const name = event.detail?.requestParameters?.name ?? process.env.TRAIL;
  const status = await trails.send(new GetTrailStatusCommand({ Name: name }));
  if (status.IsLogging) return 'whole';
  await trails.send(new StartLoggingCommand({ Name: name }));
  await topics.send(new PublishCommand({ TopicArn: process.env.TOPIC, Subject: 'restarted', Message: name }));
  return 'restarted';
};
`;

/** A deployment package as the Serverless Framework compiles it, of a small guard that restarts stopped trails. */
export async function writeGuardPackage(
  directory: string,
  change: (template: GuardTemplate) => void = () => undefined,
): Promise<void> {
  bundle ??= build({
    stdin: { contents: source, resolveDir: import.meta.dirname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    write: false,
  }).then((built) => built.outputFiles[0]?.text ?? '');
  const zip = zipSync({ src: { handlers: { 'heal.js': strToU8(await bundle) } } }, { level: 1 });
  const template = guardTemplate();
  change(template);
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'heal.zip'), zip);
  writeFileSync(join(directory, 'cloudformation-template-update-stack.json'), JSON.stringify(template));
}

/** The compiled template, for tests to change before it is written. */
export type GuardTemplate = ReturnType<typeof guardTemplate>;

let bundle: Promise<string> | undefined;

const allow = (action: unknown, resource: unknown, condition?: unknown) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition !== undefined && { Condition: condition }),
});

function guardTemplate() {
  const trails = { 'Fn::Sub': 'arn:${AWS::Partition}:cloudtrail:${AWS::Region}:${AWS::AccountId}:trail/*' };
  return {
    Parameters: { Sweep: { Type: 'String', Default: 'on' } },
    Conditions: { Sweeps: { 'Fn::Equals': [{ Ref: 'Sweep' }, 'on'] } },
    Resources: {
      HealLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          FunctionName: 'guard-heal',
          Handler: 'src/handlers/heal.handler',
          Runtime: 'nodejs22.x',
          Timeout: 120,
          MemorySize: 256,
          Role: { 'Fn::GetAtt': ['HealRole', 'Arn'] },
          Environment: { Variables: { TOPIC: { Ref: 'Alerts' }, TRAIL: 'org-audit-trail' } },
          Code: { S3Bucket: { Ref: 'Somewhere' }, S3Key: 'serverless/guard/test/1-1970/heal.zip' },
        } as Record<string, unknown>,
      },
      HealRole: {
        Type: 'AWS::IAM::Role',
        Properties: {
          RoleName: 'guard-heal-role',
          AssumeRolePolicyDocument: {
            Statement: [
              { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
            ],
          },
          Policies: [
            {
              PolicyName: 'heal',
              PolicyDocument: {
                Statement: [
                  allow(['cloudtrail:GetTrailStatus', 'cloudtrail:StartLogging'], trails),
                  allow('sns:Publish', { Ref: 'Alerts' }),
                  allow(['kms:GenerateDataKey', 'kms:Decrypt'], { 'Fn::GetAtt': ['Key', 'Arn'] }),
                  allow('sqs:SendMessage', { 'Fn::GetAtt': ['Failed', 'Arn'] }),
                ],
              },
            },
          ],
        },
      },
      HealInvokes: {
        Type: 'AWS::Lambda::EventInvokeConfig',
        Properties: {
          FunctionName: { Ref: 'HealLambdaFunction' },
          Qualifier: '$LATEST',
          MaximumRetryAttempts: 1,
          DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failed', 'Arn'] } } },
        },
      },
      Key: { Type: 'AWS::KMS::Key', Properties: {} },
      Alerts: { Type: 'AWS::SNS::Topic', Properties: { KmsMasterKeyId: { Ref: 'Key' } } },
      Parameter: {
        Type: 'AWS::SSM::Parameter',
        Properties: { Value: { 'Fn::ImportValue': 'nobody-needs-it' } },
      },
      Failed: { Type: 'AWS::SQS::Queue', Properties: {} },
      Undelivered: { Type: 'AWS::SQS::Queue', Properties: {} },
      UndeliveredPolicy: {
        Type: 'AWS::SQS::QueuePolicy',
        Properties: {
          Queues: [{ Ref: 'Undelivered' }],
          PolicyDocument: {
            Statement: {
              ...allow(
                'sqs:SendMessage',
                { 'Fn::GetAtt': ['Undelivered', 'Arn'] },
                {
                  ArnEquals: { 'aws:SourceArn': { 'Fn::GetAtt': ['Tampering', 'Arn'] } },
                },
              ),
              Principal: { Service: 'events.amazonaws.com' },
            },
          },
        },
      },
      Tampering: {
        Type: 'AWS::Events::Rule',
        Properties: {
          EventPattern: {
            source: ['aws.cloudtrail'],
            'detail-type': ['AWS API Call via CloudTrail'],
            detail: {
              eventName: ['StopLogging', 'DeleteTrail', 'StartLogging'],
              errorCode: [{ exists: false }],
            },
          },
          State: 'ENABLED',
          Targets: [
            {
              Id: 'heal',
              Arn: { 'Fn::GetAtt': ['HealLambdaFunction', 'Arn'] },
              DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['Undelivered', 'Arn'] } },
            },
          ],
        } as Record<string, unknown>,
      },
      TamperingPermission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { 'Fn::GetAtt': ['HealLambdaFunction', 'Arn'] },
          Principal: 'events.amazonaws.com',
          SourceArn: { 'Fn::GetAtt': ['Tampering', 'Arn'] } as unknown,
        },
      },
      Sweep: {
        Type: 'AWS::Events::Rule',
        Condition: 'Sweeps',
        Properties: {
          ScheduleExpression: 'rate(1 minute)',
          State: { 'Fn::If': ['Sweeps', 'ENABLED', 'DISABLED'] },
          Targets: [{ Id: 'heal', Arn: { 'Fn::GetAtt': ['HealLambdaFunction', 'Arn'] } }],
        },
      },
      SweepPermission: {
        Type: 'AWS::Lambda::Permission',
        Condition: 'Sweeps',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { Ref: 'HealLambdaFunction' },
          Principal: 'events.amazonaws.com',
          SourceArn: { 'Fn::GetAtt': ['Sweep', 'Arn'] },
        },
      },
    },
  };
}
