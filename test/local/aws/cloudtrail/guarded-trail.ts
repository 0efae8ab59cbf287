import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudTrailClient,
  CreateTrailCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import type { EmbeddedAws, EmbeddedAwsOptions } from '../../../../local/aws/aws.ts';
import { startEmbeddedAws } from '../../../../local/aws/aws.ts';
import { assumedRole } from '../../../../local/aws/iam/principal.ts';
import { writeGuardPackage } from '../lambda/guard-package.ts';

const directories: string[] = [];
const running: EmbeddedAws[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((aws) => aws.stop()));
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** An embedded AWS with Alice's logging trail and a guard to deploy. Ends with the test. */
export async function guarded(
  options: EmbeddedAwsOptions = {},
  change?: Parameters<typeof writeGuardPackage>[1],
) {
  const directory = mkdtempSync(join(tmpdir(), 'guard-package-'));
  directories.push(directory);
  await writeGuardPackage(directory, change);
  const aws = await startEmbeddedAws({ retryDelayMs: 5, ...options });
  running.push(aws);
  const credentials = aws.signIn({ userIdentity: assumedRole(aws.account, 'Admin', 'mallory') });
  const mallory = new CloudTrailClient({ endpoint: aws.endpoint, region: aws.region, credentials });
  await mallory.send(new CreateTrailCommand({ Name: 'org-audit-trail', S3BucketName: 'audit-logs' }));
  await mallory.send(new StartLoggingCommand({ Name: 'org-audit-trail' }));
  await aws.idle();
  const deploy = (parameters = {}) => aws.deploy(directory, { parameters });
  return { aws, mallory, deploy };
}

export const stop = new StopLoggingCommand({ Name: 'org-audit-trail' });
export const logging = (aws: EmbeddedAws) => aws.trails().map((trail) => trail.IsLogging);
