import { Command } from 'commander';
import colours from 'picocolors';
import { openedWindows, type OpenedWindows, WindowError, windowPlace } from '../aws/opened-windows.ts';
import type { Baseline } from '../baseline/baseline.ts';
import { deliveryPath } from '../baseline/delivery-path.ts';
import type { ChangeWindow } from '../kinds/change-window.ts';
import { isOpen, type Wish, wishFaults } from '../windows/window.ts';
import { placeOf, SERVICE } from './place.ts';

interface Where {
  readonly stage: string;
  readonly region?: string;
}

interface Asked extends Where {
  readonly trail?: string;
  readonly resource?: string;
  readonly actor: string;
  readonly for: string;
  readonly reason: string;
}

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3600 };

function baselineOf({ stage, region }: Where): Baseline {
  const { file, baseline } = placeOf(stage, region);
  if (!baseline)
    throw new WindowError(
      `${file} is not there, and a window is on something that it declares: check --stage`,
    );
  return baseline;
}

/** What is asked for, as the guard knows it. Throws a {@link WindowError} for what the baseline does not declare. */
function wishOf({ stage, trail, resource, actor, for: time, reason }: Asked, baseline: Baseline): Wish {
  const [, count = '', unit = ''] = /^(\d{1,4})([mh])$/.exec(time) ?? [];
  const rest = { actor, reason, seconds: Number(count) * (SECONDS[unit] ?? NaN) };
  if (trail !== undefined && resource !== undefined)
    throw new WindowError('--trail and --resource are both given: a window is on one of them');
  const guarded = deliveryPath(baseline);
  const known = [
    ...baseline.Trails.map(({ Name: name }) => ({ kind: 'trail', name })),
    ...guarded.map(({ kind, name }) => ({ kind, name })),
  ];
  const found = known.find(({ kind, name }) =>
    trail === undefined ? kind !== 'trail' && name === resource : kind === 'trail' && name === trail,
  );
  const wish = { kind: found?.kind ?? '', name: found?.name ?? '', ...rest };
  const said = trail ?? resource;
  const undeclared =
    said !== undefined && !found
      ? [`${said} is not in baselines/${stage}.yml: it has ${known.map(({ name }) => name).join(', ')}`]
      : [];
  const faults = undeclared.length > 0 ? undeclared : wishFaults(wish);
  if (faults.length > 0) throw new WindowError(faults.join('\n'));
  return wish;
}

async function windowsOf(stage: string, baseline: Baseline): Promise<OpenedWindows> {
  const connection = { region: baseline.Region };
  const place = await windowPlace(connection, `${SERVICE}-${stage}`, Date.now);
  const account = place.key.split(':')[4];
  if (account !== baseline.Account)
    throw new WindowError(
      `These credentials are of account ${account ?? 'unknown'}, and baselines/${stage}.yml is for ${baseline.Account}: check AWS_PROFILE`,
    );
  return openedWindows(connection, place);
}

function line(window: ChangeWindow, now: number): string {
  const { id, kind, name, actor, reason, from, until } = window;
  const state = isOpen(window, now) ? colours.yellow('open ') : 'over ';
  const times = [from, until].map((time) => new Date(time).toISOString()).join(' – ');
  return `${state} ${reason}  ${kind} ${name}  ${actor}  ${times}\n      ${id}`;
}

async function open(asked: Asked): Promise<void> {
  const baseline = baselineOf(asked);
  const wish = wishOf(asked, baseline);
  const windows = await windowsOf(asked.stage, baseline);
  // What is over is of no use, and each look at the windows reads it.
  const over = (await windows.list()).filter(({ until }) => until < Date.now() - 24 * 3600 * 1000);
  for (const { id } of over) await windows.close(id);
  const id = await windows.open(wish);
  console.log(
    `${colours.green('opened')}  ${wish.reason} on ${wish.kind} ${wish.name}, for ${asked.for}\n        ${id}`,
  );
  console.log(
    `It counts as soon as KMS shows it everywhere, mostly within seconds: npm run window -- list --stage ${asked.stage}`,
  );
  console.log(
    `To keep what you change: npm run capture -- --stage ${asked.stage} before it ends shows the difference for git.`,
  );
}

async function list(where: Where): Promise<void> {
  const windows = await (await windowsOf(where.stage, baselineOf(where))).list();
  for (const window of windows) console.log(line(window, Date.now()));
  if (windows.length === 0) console.log('There is no change window.');
}

async function close(id: string, where: Where): Promise<void> {
  await (await windowsOf(where.stage, baselineOf(where))).close(id);
  console.log(`${colours.green('closed')}  ${id}: the next sweep puts back what is not declared.`);
}

const program = new Command('npm run window --').description(
  'Lets one principal change one trail, or one resource that it delivers through, for a while.',
);
const command = (name: string, description: string) =>
  program
    .command(name)
    .description(description)
    .requiredOption('--stage <stage>', 'the stage')
    .option('--region <region>', 'where it is deployed; by default, where its baseline says');
command('open', 'opens a window')
  .option('--trail <name>', 'the trail, as the baseline names it')
  .option('--resource <name>', 'or what it delivers through: a bucket, the ARN of a key …')
  .requiredOption('--actor <arn>', 'the IAM user or role, with a * at the end of its name if need be')
  .requiredOption('--for <time>', 'how long, 24h at most: 30m, 2h')
  .requiredOption('--reason <ticket>', 'the ticket')
  .action(open);
command('list', 'lists the windows that were not closed').action(list);
command('close <id>', 'closes a window before its time').action(close);

// The SDK would tell each time that it will need a newer Node one day.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
try {
  await program.parseAsync();
} catch (error) {
  console.error(`${colours.red('Not done.')} ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
