import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { differences, openRange, type Range, STAGE } from './drill.ts';
import { assumedRole } from './aws/principal.ts';
import { replay } from './replay.ts';
import { letter } from './scoreboard.ts';

const { args } = new Command('npm run invoke --')
  .description(
    'Makes the call that a sample event records on an embedded AWS, then runs `serverless invoke local` on the event.',
  )
  .argument('<event>', 'a file in events/, such as events/StopLogging.json')
  .parse();

interface Sample {
  readonly detail: Readonly<Record<string, unknown>>;
}

async function invokeLocal({ aws, stack }: Range, file: string): Promise<void> {
  const role = stack.functions[0]?.role.arn ?? '';
  const userIdentity = assumedRole(aws.account, 'HealRole', 'invoke-local');
  const { accessKeyId, secretAccessKey } = aws.signIn({ userIdentity, role });
  const child = spawn('npx', ['serverless', 'invoke', 'local', '-f', 'heal', '--stage', STAGE, '-p', file], {
    stdio: 'inherit',
    env: {
      ...process.env,
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
    },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  process.exitCode = code ?? 1;
}

const range = await openRange();
const folder = await mkdtemp(join(tmpdir(), 'trailkeeper-invoke-'));
try {
  const { aws, mallory } = range;
  // The deployed function sleeps: this time people invoke it by hand.
  aws.muteEventBridge(true);
  const before = aws.trails();
  const { detail, ...envelope } = JSON.parse(await readFile(args[0] ?? '', 'utf8')) as Sample;
  await replay(mallory, { detail });
  process.stdout.write(
    `\nThe trails after Mallory's call differ in: ${differences(before, aws.trails()).join(', ')}\n\n`,
  );
  const file = join(folder, 'event.json');
  const eventTime = `${new Date().toISOString().slice(0, 19)}Z`;
  await writeFile(file, JSON.stringify({ ...envelope, detail: { ...detail, eventTime } }));
  await invokeLocal(range, file);
  const broken = differences(before, aws.trails());
  process.stdout.write(`\nThe trails now differ in: ${broken.length > 0 ? broken.join(', ') : 'nothing'}\n`);
  for (const { subject = '', message } of aws.messages)
    process.stdout.write(letter({ subject, body: message }));
} finally {
  await rm(folder, { recursive: true, force: true });
  await range.close();
}
