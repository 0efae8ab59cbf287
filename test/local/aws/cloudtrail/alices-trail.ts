import { CloudTrailClient, CreateTrailCommand } from '@aws-sdk/client-cloudtrail';
import type { EmbeddedAws, EmbeddedAwsOptions } from '../../../../local/aws/aws.ts';
import { startEmbeddedAws } from '../../../../local/aws/aws.ts';
import { iamUser } from '../../../../local/aws/iam/principal.ts';

const running: EmbeddedAws[] = [];
afterAll(async () => {
  await Promise.all(running.map((aws) => aws.stop()));
});

/** An embedded AWS with Alice signed in. Ends with the test file. */
export async function account(options?: EmbeddedAwsOptions) {
  const aws = await startEmbeddedAws(options);
  running.push(aws);
  const credentials = aws.signIn({ userIdentity: iamUser(aws.account, 'alice') });
  const clientIn = (region: string) =>
    new CloudTrailClient({ endpoint: aws.endpoint, region, credentials, maxAttempts: 1 });
  return { aws, clientIn, client: clientIn('us-east-1') };
}

export const name = 'org-audit-trail';
export const arn = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;
export const key = 'arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555';
export const group = 'arn:aws:logs:us-east-1:123456789012:log-group:trails:*';
export const role = 'arn:aws:iam::123456789012:role/trails-to-logs';
export const whole = {
  Name: name,
  S3BucketName: 'audit-logs',
  S3KeyPrefix: 'prod',
  SnsTopicName: 'deliveries',
  IncludeGlobalServiceEvents: true,
  IsMultiRegionTrail: true,
  EnableLogFileValidation: true,
  CloudWatchLogsLogGroupArn: group,
  CloudWatchLogsRoleArn: role,
  KmsKeyId: 'alias/audit',
  TagsList: [{ Key: 'team', Value: 'security' }],
};

/** The same with one trail that has all there is to set. */
export async function withTrail(options?: EmbeddedAwsOptions) {
  const all = await account({ kmsAliases: { 'alias/audit': key }, ...options });
  await all.client.send(new CreateTrailCommand(whole));
  return all;
}
