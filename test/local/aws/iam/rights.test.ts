import { CloudTrailClient, CreateTrailCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { assumedRole } from '../../../../local/aws/iam/principal.ts';
import { guarded } from '../cloudtrail/guarded-trail.ts';

const trails = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/*';
const logs = {
  CloudWatchLogsLogGroupArn: 'arn:aws:logs:us-east-1:123456789012:log-group:trails:*',
  CloudWatchLogsRoleArn: 'arn:aws:iam::123456789012:role/trails-to-logs',
};
const passRole = (service: string) => ({
  Effect: 'Allow',
  Action: 'iam:PassRole',
  Resource: logs.CloudWatchLogsRoleArn,
  Condition: { StringEquals: { 'iam:PassedToService': service } },
});

/** A client with a role that may create and change trails, and what else is given. */
async function restricted(statements: readonly object[] = []) {
  const { aws, deploy } = await guarded({}, (template) => {
    template.Resources.HealRole.Properties.Policies[0]?.PolicyDocument.Statement.push(
      { Effect: 'Allow', Action: ['cloudtrail:CreateTrail', 'cloudtrail:UpdateTrail'], Resource: trails },
      ...statements.map((statement) => ({ Effect: 'Allow', Action: '', Resource: '', ...statement })),
    );
  });
  const role = deploy().functions[0]?.role.arn ?? '';
  const credentials = aws.signIn({
    userIdentity: assumedRole(aws.account, 'guard-heal-role', 'alice'),
    role,
  });
  return new CloudTrailClient({ endpoint: aws.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

const create = { Name: 'another-trail', S3BucketName: 'audit-logs' };

test.each<[string, object, object[], string]>([
  ['tags', { TagsList: [{ Key: 'team' }] }, [], 'cloudtrail:AddTags'],
  ['a role for CloudWatch Logs', logs, [], 'iam:PassRole'],
  ['that role passed to another service', logs, [passRole('lambda.amazonaws.com')], 'iam:PassRole'],
  [
    'the organisation',
    { IsOrganizationTrail: true },
    [],
    'organizations:ListAWSServiceAccessForOrganization',
  ],
])('creating a trail with %s needs a right of its own', async (_case, request, statements, action) => {
  const client = await restricted(statements);
  await expect(client.send(new CreateTrailCommand({ ...create, ...request }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`is not authorized to perform: ${action} on resource`) as string,
  });
});

test('with the right to pass the role, a trail delivers to CloudWatch Logs', async () => {
  const client = await restricted([passRole('cloudtrail.amazonaws.com')]);
  await expect(client.send(new CreateTrailCommand({ ...create, ...logs }))).resolves.toMatchObject(logs);
});

test('clearing the role passes none', async () => {
  const client = await restricted();
  const cleared = { CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' };
  await client.send(new UpdateTrailCommand({ Name: 'org-audit-trail', ...cleared }));
});

test('an explicit denial wins and says so', async () => {
  const client = await restricted([{ Effect: 'Deny', Action: 'cloudtrail:*', Resource: '*' }]);
  await expect(client.send(new CreateTrailCommand(create))).rejects.toThrow('with an explicit deny');
});
