import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { strToU8, zipSync } from 'fflate';
import { startEmbeddedAws } from '../../../../local/aws/aws.ts';
import { byHandler, type Load } from '../../../../local/aws/lambda/in-this-process.ts';
import { allow, arnOf, deploy, lambdaFunction, role } from '../small-stack.ts';

const heal = `
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
const queue = new SQSClient({});
export const handler = async (event, context) => {
  if (event.fail) throw new Error('told to fail');
  await queue.send(new SendMessageCommand({
    QueueUrl: process.env.QUEUE_URL,
    MessageGroupId: 'trail',
    MessageBody: JSON.stringify({ from: context.functionName, who: process.env.WHO }),
  }));
};`;
const tell = `
export const handler = async ({ Records }) => ({ told: Records.map(({ body }) => JSON.parse(body)), who: process.env.WHO });`;

const sqs = (...actions: readonly string[]) => actions.map((action) => `sqs:${action}`);

const resources = {
  HealRole: role('heal-role', [
    allow(sqs('SendMessage'), arnOf('Reports')),
    allow(sqs('SendMessage'), arnOf('HealFailed')),
  ]),
  TellRole: role('tell-role', [
    allow(sqs('ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'), arnOf('Reports')),
  ]),
  Heal: lambdaFunction('heal', 'HealRole', {
    Environment: { Variables: { WHO: 'the healer', QUEUE_URL: { Ref: 'Reports' } } },
  }),
  Tell: lambdaFunction('tell', 'TellRole', {
    Timeout: 20,
    Environment: { Variables: { WHO: 'the teller' } },
  }),
  HealInvokes: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'Heal' },
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: arnOf('HealFailed') } },
    },
  },
  HealFailed: { Type: 'AWS::SQS::Queue', Properties: {} },
  Reports: {
    Type: 'AWS::SQS::Queue',
    Properties: { FifoQueue: true, ContentBasedDeduplication: true },
  },
  Reading: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: arnOf('Reports'),
      FunctionName: arnOf('Tell'),
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  },
  SweepRole: role('sweep-role', allow('lambda:InvokeFunction', arnOf('Heal')), 'scheduler'),
  Sweep: {
    Type: 'AWS::Scheduler::Schedule',
    Properties: {
      ScheduleExpression: 'rate(5 minutes)',
      Target: { Arn: arnOf('Heal'), RoleArn: arnOf('SweepRole'), Input: '{"fail":true}' },
    },
  },
};

async function zipOf(name: string, contents: string): Promise<Uint8Array> {
  const built = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
  });
  const code = strToU8(built.outputFiles[0]?.text ?? '');
  return zipSync({ src: { handlers: { [`${name}.js`]: code } } }, { level: 1 });
}

test('two packaged functions have each their own code, role and environment, and a queue between them', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'two-functions-'));
  const aws = await startEmbeddedAws();
  try {
    for (const [name, source] of Object.entries({ heal, tell }))
      writeFileSync(join(directory, `${name}.zip`), await zipOf(name, source));
    const template = JSON.stringify({ Resources: resources });
    writeFileSync(join(directory, 'cloudformation-template-update-stack.json'), template);
    aws.deploy(directory);
    await aws.invoke('heal', {});
    await aws.idle();

    expect(aws.problems).toEqual([]);
    expect(aws.invocations.map(({ functionName, result }) => [functionName, result])).toEqual([
      ['heal', null],
      ['tell', { told: [{ from: 'heal', who: 'the healer' }], who: 'the teller' }],
    ]);
    expect(aws.calls.map(({ operation, principal }) => [operation, principal])).toEqual([
      ['SendMessage', 'arn:aws:sts::123456789012:assumed-role/heal-role/heal'],
    ]);
  } finally {
    await aws.stop();
    rmSync(directory, { recursive: true });
  }
});

const answering =
  (answer: string): Load =>
  (environment) =>
  (event) =>
    JSON.stringify(event) === '{"fail":true}'
      ? Promise.reject(new Error('told to fail'))
      : Promise.resolve(`${answer} as ${environment['WHO'] ?? ''}`);

const inProcess = byHandler({
  'src/handlers/heal.handler': answering('healed'),
  'src/handlers/tell.handler': answering('told'),
});

test.each([
  ['heal', 'healed as the healer'],
  ['tell', 'told as the teller'],
])('in this process, too, %s runs its own handler', async (name, answer) => {
  await expect(deploy(resources, inProcess).invoke(name, {})).resolves.toBe(answer);
});

test('only the function that has an on-failure destination uses it', async () => {
  const aws = deploy(resources, inProcess);
  aws.runSchedules();
  await aws.idle();
  expect(aws.queued.map(({ queueArn }) => queueArn)).toEqual([expect.stringContaining('HealFailed')]);
});

test('a handler that nobody gave is an error', async () => {
  const aws = deploy(resources, byHandler({}));
  await expect(aws.invoke('heal', {})).rejects.toThrow('No handler src/handlers/heal.handler');
});
