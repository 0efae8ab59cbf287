import type { Alert } from '../../src/alert/alert.ts';
import { chatOutlet, snsClient, topicOutlet } from '../../src/aws/sns.ts';
import { chatNotification } from '../../src/alert/chat.ts';
import { reportOf } from '../../src/report/report.ts';
import { incidentOf } from '../fakes/incident.ts';
import { home } from '../fakes/samples.ts';
import { type Answer, recordedAws, retriesAtOnce } from './recorded-aws.ts';

const alert: Alert = {
  subject: '[LOW] a subject',
  bodies: { default: '{}', email: 'Trail org-audit-trail was STOPPED.\n\nÜ\n', sms: '[LOW] a subject' },
  attributes: { severity: 'low', actor: 'role Admin, session mallory' },
  report: reportOf(incidentOf()),
};

function xml(answer: Answer): { statusCode: number; body: string } {
  if ('ok' in answer)
    return {
      statusCode: 200,
      body: '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>',
    };
  return {
    statusCode: answer.error === 'InternalError' ? 500 : 400,
    body: `<ErrorResponse><Error><Type>Sender</Type><Code>${answer.error}</Code><Message>no</Message></Error></ErrorResponse>`,
  };
}

function connect(...answers: Answer[]) {
  const { sent, config } = recordedAws({ Publish: answers }, xml);
  const client = snsClient({ ...config, retryStrategy: retriesAtOnce(5) });
  return { sent, client, alerts: topicOutlet(() => client, home, 'trailkeeper-alerts') };
}

test('an alert is one message to the topic of the guard’s own account and Region', async () => {
  const { sent, alerts } = connect({ ok: {} });
  await alerts.publish(alert);

  expect(sent).toEqual([
    {
      operation: 'Publish',
      body: {
        Action: 'Publish',
        Version: '2010-03-31',
        TopicArn: 'arn:aws:sns:us-east-1:123456789012:trailkeeper-alerts',
        Subject: alert.subject,
        Message: JSON.stringify(alert.bodies),
        MessageStructure: 'json',
        'MessageAttributes.entry.1.Name': 'severity',
        'MessageAttributes.entry.1.Value.DataType': 'String',
        'MessageAttributes.entry.1.Value.StringValue': 'low',
        'MessageAttributes.entry.2.Name': 'actor',
        'MessageAttributes.entry.2.Value.DataType': 'String',
        'MessageAttributes.entry.2.Value.StringValue': 'role Admin, session mallory',
      },
    },
  ]);
});

test('a chat gets the custom notification alone, with the attributes to filter by', async () => {
  const { sent, client } = connect({ ok: {} });
  await chatOutlet(() => client, home, 'trailkeeper-chat').publish(alert);

  expect(sent).toEqual([
    {
      operation: 'Publish',
      body: expect.objectContaining({
        TopicArn: 'arn:aws:sns:us-east-1:123456789012:trailkeeper-chat',
        Message: JSON.stringify(chatNotification(alert.report)),
        'MessageAttributes.entry.1.Name': 'severity',
      }) as object,
    },
  ]);
  expect(sent[0]?.body).not.toHaveProperty('Subject');
  expect(sent[0]?.body).not.toHaveProperty('MessageStructure');
});

test('an alert is tried again while SNS is out of order', async () => {
  const { sent, alerts } = connect({ error: 'InternalError' }, { error: 'Throttling' }, { ok: {} });
  await alerts.publish(alert);

  expect(sent).toHaveLength(3);
});

test('an alert that is not allowed is tried once, and rejects with the name of SNS', async () => {
  const { sent, alerts } = connect({ error: 'AuthorizationError' });

  await expect(alerts.publish(alert)).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
  expect(sent).toHaveLength(1);
});

test('an alert is tried five times at most', async () => {
  await expect(connect().client.config.maxAttempts()).resolves.toBe(5);
});
