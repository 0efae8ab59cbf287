import { CloudFormation } from '@aws-sdk/client-cloudformation';
import { CloudTrail, type CloudTrailClientConfig } from '@aws-sdk/client-cloudtrail';
import { CloudWatch } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { IAM } from '@aws-sdk/client-iam';
import { KMS } from '@aws-sdk/client-kms';
import { Lambda } from '@aws-sdk/client-lambda';
import { S3 } from '@aws-sdk/client-s3';
import { Scheduler } from '@aws-sdk/client-scheduler';
import { SNS } from '@aws-sdk/client-sns';
import { SQS } from '@aws-sdk/client-sqs';

const CLASSES = {
  cloudFormation: CloudFormation,
  cloudTrail: CloudTrail,
  cloudWatch: CloudWatch,
  dynamodb: DynamoDB,
  events: EventBridge,
  iam: IAM,
  kms: KMS,
  lambda: Lambda,
  logs: CloudWatchLogs,
  s3: S3,
  scheduler: Scheduler,
  sns: SNS,
  sqs: SQS,
} as const;

/** One person's clients. */
export type Clients = { readonly [Name in keyof typeof CLASSES]: InstanceType<(typeof CLASSES)[Name]> };

/** How a person reaches AWS, and as whom. */
export type SignedIn = Pick<
  CloudTrailClientConfig,
  'region' | 'endpoint' | 'credentials' | 'requestHandler' | 'maxAttempts'
>;

/** Each client is made when it is first used. */
export function clientsOf(signedIn: SignedIn): Clients {
  return new Proxy<Clients & Record<string, unknown>>({} as Clients, {
    get: (made: Record<string, unknown>, name: keyof typeof CLASSES) =>
      (made[name] ??= new CLASSES[name]({ ...signedIn, forcePathStyle: true })),
  });
}
