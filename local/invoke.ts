import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { differences, mailsIn, openRange, type Range, type Snapshot, STAGE } from './drill/drill.ts';
import type { Clients } from './drill/clients.ts';
import { inRequestWords } from '../src/foreign/recorded.ts';
import { asRecord } from '../src/foreign/values.ts';
import { assumedRole } from './aws/iam/principal.ts';
import { isReplayable, replay } from './drill/replay.ts';
import { letter } from './drill/scoreboard.ts';

const command = new Command('npm run invoke --')
  .description(
    'Makes the call that a sample event records on an embedded AWS, then runs `serverless invoke local` on the event: heal for a trail, watch for what trails deliver through.',
  )
  .argument('<event>', 'a file in events/, such as events/StopLogging.json')
  .parse();

/** What Mallory does where an event records no call of hers, as a sweep or the word of another service. */
const STAND_IN = 'events/UpdateTrail.json';

interface Sample {
  readonly detail: Readonly<Record<string, unknown>>;
}

/** By the names that records give the services: Mallory's clients of them, and her requests as the APIs spell them. */
const SERVICES: Readonly<
  Record<string, readonly [client: keyof Clients, request: (recorded: unknown) => unknown]>
> = {
  's3.amazonaws.com': [
    's3',
    (recorded) => {
      const { bucketName, bucketPolicy } = asRecord(recorded);
      return { Bucket: bucketName, Policy: JSON.stringify(bucketPolicy) };
    },
  ],
  'kms.amazonaws.com': ['kms', inRequestWords],
  'logs.amazonaws.com': ['logs', (recorded) => recorded],
  'iam.amazonaws.com': ['iam', inRequestWords],
  'sns.amazonaws.com': ['sns', inRequestWords],
};

/** The client by which a sample's call on what trails deliver through is made; undefined for any other. */
const serviceOf = ({ detail }: Sample) => SERVICES[String(detail['eventSource'])];

/** Makes the call of a sample on what trails deliver through. Rejects with what its service answers. */
async function strike(clients: Clients, { detail }: Sample, [client, request]: (typeof SERVICES)[string]) {
  const { eventName, requestParameters } = detail;
  const method = String(eventName).replace(/^./, (first) => first.toLowerCase());
  const calls = clients[client] as unknown as Record<string, (input: unknown) => Promise<unknown>>;
  if (!calls[method]) return command.error(`${String(eventName)} is no call that can be made here`);
  await calls[method](request(requestParameters));
}

async function readSample(path: string): Promise<Sample> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Sample;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return command.error(
      `${path} is not to be read as a sample event (${why}): give a file of events/, such as ${STAND_IN}`,
    );
  }
}

async function invokeLocal({ aws, stack }: Range, name: 'heal' | 'watch', file: string): Promise<void> {
  const invoked = stack.functions.find(({ handler }) => handler === `src/handlers/${name}.handler`);
  if (!invoked) throw new Error(`The stack has no function ${name}`);
  const { accessKeyId, secretAccessKey } = aws.signIn({
    userIdentity: assumedRole(aws.account, invoked.role.name, 'invoke-local'),
    role: invoked.role.arn,
    sourceFunction: invoked.arn,
  });
  const child = spawn('npx', ['serverless', 'invoke', 'local', '-f', name, '--stage', STAGE, '-p', file], {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...invoked.environment,
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}

const event = await readSample(command.args[0] ?? '');
const range = await openRange();
const folder = await mkdtemp(join(tmpdir(), 'trailkeeper-invoke-'));
try {
  const { aws, mallory } = range;
  const service = serviceOf(event);
  const delivering = /^(?:bucket|key|log group|role|topic) /;
  // They are compared field by field, whatever fields there are.
  const state = () => {
    const parts = aws.parts().filter(({ Name }) => delivering.test(Name));
    return [...aws.trails(), ...(parts as unknown as Snapshot)];
  };
  // The deployed function sleeps: this time people invoke it by hand.
  aws.muteEventBridge(true);
  const before = state();
  if (service) await strike(range.intrude(), event, service);
  else await replay(mallory, isReplayable(event) ? event : await readSample(STAND_IN));
  process.stdout.write(`\nAfter Mallory's call there differ: ${differences(before, state()).join(', ')}\n\n`);
  const file = join(folder, 'event.json');
  const eventTime = `${new Date().toISOString().slice(0, 19)}Z`;
  await writeFile(file, JSON.stringify({ ...event, detail: { ...event.detail, eventTime } }));
  await invokeLocal(range, service ? 'watch' : 'heal', file);
  // What it has handed over is told by the other function, as it is deployed.
  await aws.idle();
  const broken = differences(before, state());
  process.stdout.write(`\nNow there differ: ${broken.length > 0 ? broken.join(', ') : 'nothing'}\n`);
  for (const mail of mailsIn(aws)) process.stdout.write(letter(mail));
} finally {
  await rm(folder, { recursive: true, force: true });
  await range.close();
}
