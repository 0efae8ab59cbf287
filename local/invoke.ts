import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { differences, functionOf, mailsIn, openRange, type Range, STAGE } from './drill/drill.ts';
import { assumedRole } from './aws/iam/principal.ts';
import { isReplayable, replay } from './drill/replay.ts';
import { letter } from './drill/scoreboard.ts';

const command = new Command('npm run invoke --')
  .description(
    'Makes the call that a sample event records on an embedded AWS, then runs `serverless invoke local -f heal` on the event.',
  )
  .argument('<event>', 'a file in events/, such as events/StopLogging.json')
  .parse();

/** What Mallory does where an event records no call of hers, as a sweep or the word of another service. */
const STAND_IN = 'events/UpdateTrail.json';

interface Sample {
  readonly detail: Readonly<Record<string, unknown>>;
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

async function invokeLocal({ aws, stack }: Range, file: string): Promise<void> {
  const heal = functionOf(stack, 'heal');
  const { accessKeyId, secretAccessKey } = aws.signIn({
    userIdentity: assumedRole(aws.account, heal.role.name, 'invoke-local'),
    role: heal.role.arn,
    sourceFunction: heal.arn,
  });
  const child = spawn('npx', ['serverless', 'invoke', 'local', '-f', 'heal', '--stage', STAGE, '-p', file], {
    stdio: 'inherit',
    env: {
      ...process.env,
      ...heal.environment,
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
  // The deployed function sleeps: this time people invoke it by hand.
  aws.muteEventBridge(true);
  const before = aws.trails();
  await replay(mallory, isReplayable(event) ? event : await readSample(STAND_IN));
  process.stdout.write(
    `\nThe trails after Mallory's call differ in: ${differences(before, aws.trails()).join(', ')}\n\n`,
  );
  const file = join(folder, 'event.json');
  const eventTime = `${new Date().toISOString().slice(0, 19)}Z`;
  await writeFile(file, JSON.stringify({ ...event, detail: { ...event.detail, eventTime } }));
  await invokeLocal(range, file);
  // What it has handed over is told by the other function, as it is deployed.
  await aws.idle();
  const broken = differences(before, aws.trails());
  process.stdout.write(`\nThe trails now differ in: ${broken.length > 0 ? broken.join(', ') : 'nothing'}\n`);
  for (const mail of mailsIn(aws)) process.stdout.write(letter(mail));
} finally {
  await rm(folder, { recursive: true, force: true });
  await range.close();
}
