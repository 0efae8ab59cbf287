import {
  CloudTrailClient,
  CreateTrailCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import type { EmbeddedAws, EmbeddedAwsOptions } from '../../../../local/aws/aws.ts';
import { startEmbeddedAws } from '../../../../local/aws/aws.ts';
import { assumedRole, rootUser } from '../../../../local/aws/iam/principal.ts';

const running: EmbeddedAws[] = [];
afterAll(async () => {
  await Promise.all(running.map((aws) => aws.stop()));
});

export const name = 'org-audit-trail';

/** An embedded AWS with Alice's logging trail, and Mallory signed in. Ends with the test file. */
export async function watched(options?: EmbeddedAwsOptions) {
  const aws = await startEmbeddedAws(options);
  running.push(aws);
  const clientOf = (credentials: ReturnType<EmbeddedAws['signIn']>, maxAttempts = 1) =>
    new CloudTrailClient({ endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts });
  const alice = clientOf(aws.signIn({ userIdentity: rootUser(aws.account) }), 3);
  const mallory = clientOf(
    aws.signIn({
      userIdentity: assumedRole(aws.account, 'Admin', 'mallory'),
      sourceIPAddress: '198.51.100.7',
      userAgent: 'aws-cli/2.31.0',
    }),
  );
  await alice.send(new CreateTrailCommand({ Name: name, S3BucketName: 'audit-logs' }));
  await alice.send(new StartLoggingCommand({ Name: name }));
  await aws.idle();
  aws.forget();
  return { aws, alice, mallory, clientOf };
}

export const stop = new StopLoggingCommand({ Name: name });
