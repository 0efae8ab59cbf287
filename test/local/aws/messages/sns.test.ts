import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { startEmbeddedAws } from '../../../../local/aws/aws.ts';
import { assumedRole } from '../../../../local/aws/iam/principal.ts';
import { writeGuardPackage } from '../lambda/guard-package.ts';

async function withTopic() {
  const directory = mkdtempSync(join(tmpdir(), 'guard-package-'));
  await writeGuardPackage(directory);
  const aws = await startEmbeddedAws();
  const { functions, topics } = aws.deploy(directory);
  const TopicArn = topics[0]?.arn ?? '';
  const credentialsOf = (role?: string) =>
    aws.signIn({
      userIdentity: assumedRole(aws.account, 'Someone', 'alice'),
      ...(role !== undefined && { role }),
    });
  const clientOf = (role?: string) =>
    new SNSClient({
      endpoint: aws.endpoint,
      region: 'us-east-1',
      credentials: credentialsOf(role),
      maxAttempts: 1,
    });
  return { aws, TopicArn, directory, role: functions[0]?.role.arn, clientOf };
}

let fixture: Awaited<ReturnType<typeof withTopic>>;
beforeAll(async () => {
  fixture = await withTopic();
});
afterAll(async () => {
  await fixture.aws.stop();
  rmSync(fixture.directory, { recursive: true, force: true });
});
beforeEach(() => {
  fixture.aws.forget();
});

test('a message is kept with its subject and attributes', async () => {
  const { aws, TopicArn, clientOf } = fixture;
  const answer = await clientOf().send(
    new PublishCommand({
      TopicArn,
      Subject: '[CRITICAL] stopped <by> mallory & co',
      Message: 'Trail & all\nsecond line: é',
      MessageAttributes: {
        severity: { DataType: 'String', StringValue: 'critical' },
        trail: { DataType: 'String', StringValue: 'org-audit-trail' },
      },
    }),
  );
  expect(aws.messages).toEqual([
    {
      messageId: answer.MessageId,
      topicArn: TopicArn,
      subject: '[CRITICAL] stopped <by> mallory & co',
      message: 'Trail & all\nsecond line: é',
      structure: undefined,
      attributes: { severity: 'critical', trail: 'org-audit-trail' },
      at: expect.any(Number) as number,
    },
  ]);
  expect(aws.calls).toMatchObject([{ operation: 'Publish', mutating: false }]);
});

test.each<[string, object, string]>([
  ['an unknown topic', { TopicArn: 'arn:aws:sns:us-east-1:123456789012:nobody' }, 'NotFoundException'],
  ['an empty message', { Message: '' }, 'InvalidParameterException'],
  ['a message too long by a byte', { Message: `${'x'.repeat(262_143)}é` }, 'InvalidParameterException'],
  ['a subject on two lines', { Subject: 'a\nb' }, 'InvalidParameterException'],
  ['a subject of 100 characters', { Subject: 'x'.repeat(100) }, 'InvalidParameterException'],
  ['a subject beyond ASCII', { Subject: 'Trail “x”' }, 'InvalidParameterException'],
  ['a json structure that is not JSON', { MessageStructure: 'json' }, 'InvalidParameterException'],
  [
    'a json structure without a default',
    { MessageStructure: 'json', Message: '{"email":"x"}' },
    'InvalidParameterException',
  ],
])('%s is refused', async (_case, input, error) => {
  const { aws, TopicArn, clientOf } = fixture;
  const publish = clientOf().send(new PublishCommand({ TopicArn, Message: 'text', ...input }));
  await expect(publish).rejects.toMatchObject({ name: error });
  expect(aws.messages).toEqual([]);
});

test('a json structure with a default is taken', async () => {
  const { TopicArn, clientOf } = fixture;
  const Message = JSON.stringify({ default: '{}', email: 'text' });
  await expect(
    clientOf().send(new PublishCommand({ TopicArn, Message, MessageStructure: 'json' })),
  ).resolves.toHaveProperty('MessageId');
});

test.each(['InternalErrorException', 'KMSDisabledException', 'ThrottledException'])(
  '%s can be injected',
  async (error) => {
    const { aws, TopicArn, clientOf } = fixture;
    aws.fail('Publish', error);
    await expect(clientOf().send(new PublishCommand({ TopicArn, Message: 'text' }))).rejects.toMatchObject({
      name: error,
    });
  },
);

test('a role without the right to publish is denied', async () => {
  const { TopicArn, clientOf } = fixture;
  const stranger = clientOf('arn:aws:iam::123456789012:role/nobody');
  await expect(stranger.send(new PublishCommand({ TopicArn, Message: 'text' }))).rejects.toMatchObject({
    name: 'AuthorizationErrorException',
  });
});

test('an encrypted topic needs rights to its key', async () => {
  const { aws, TopicArn, role, clientOf } = fixture;
  await clientOf(role).send(new PublishCommand({ TopicArn, Message: 'text' }));
  expect(aws.usedActions().map(({ action }) => action)).toEqual([
    'sns:Publish',
    'kms:GenerateDataKey',
    'kms:Decrypt',
  ]);
});
