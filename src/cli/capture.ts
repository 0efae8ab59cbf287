import { stageFault } from '../config/stage.ts';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import colours from 'picocolors';
import { accountAlias } from '../aws/account-alias.ts';
import { cloudTrailClient, liveTrails } from '../aws/cloudtrail.ts';
import { resourcePorts } from '../aws/resource-ports.ts';
import { type Destination, destinationsOf, keysBehind, notGuarded } from '../baseline/delivery-path.ts';
import { visible } from '../capture/render.ts';
import type { Home } from '../kinds/home.ts';
import { listTrails } from '../aws/list.ts';
import { CaptureError } from '../capture/capture-error.ts';
import { reasonFor } from '../foreign/reason.ts';
import { captured, type Captured } from '../capture/capture.ts';
import { type Readings, reasonElsewhere } from '../capture/declare.ts';
import { fileDifference, presentBaseline } from '../capture/file-difference.ts';
import { type Choice, chooseTrails } from '../capture/choose-trails.ts';
import { accountWeaknesses, weaknesses } from '../kinds/trail/weaknesses.ts';
import type { ObservedTrail } from '../kinds/trail/observed.ts';
import { summary, warning } from '../capture/trail-summary.ts';

interface Options {
  readonly stage: string;
  readonly region: string;
  readonly trail: readonly string[];
  readonly force: boolean;
}

const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;

function parseOptions(): Options {
  return (
    new Command('npm run capture --')
      .description('Writes baselines/<stage>.yml from the live trails of this account and Region, whole.')
      .requiredOption('--stage <stage>', 'the stage to capture for')
      // serverless.yml deploys to us-east-1 when no Region is given.
      .option(
        '--region <region>',
        'home Region of the trails',
        AWS_REGION ?? AWS_DEFAULT_REGION ?? 'us-east-1',
      )
      .option('--trail <name...>', 'capture these trails only', [])
      .option('--force', 'overwrite a file that declares something else', false)
      .parse()
      .opts()
  );
}

async function list(client: ReturnType<typeof cloudTrailClient>, region: string) {
  try {
    return await listTrails(client);
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const reason = reasonFor(name, 'cloudtrail:DescribeTrails', '*', message);
    throw new CaptureError(`The trails of ${region} could not be listed: ${reason}`);
  }
}

/** Reads what the trails deliver through, and the keys behind it; what lies elsewhere is not asked for. */
async function readDestinations(home: Home, observed: readonly ObservedTrail[]): Promise<Readings> {
  const ports = resourcePorts(home, {}, [], cloudTrailClient({ region: home.region }));
  const read = (destinations: readonly Destination[]) =>
    Promise.all(
      destinations.map(async (destination) => {
        const isElsewhere = reasonElsewhere(home, destination) !== undefined;
        const reading = isElsewhere ? undefined : await ports[destination.kind].observe(destination.name);
        return [destination, reading] as const;
      }),
    );
  const direct = await read(destinationsOf(observed.map(({ state }) => state)));
  const known = direct.map(([{ name }]) => name);
  const behind = keysBehind(
    direct.map(([{ kind }, reading]) => ({ kind, fields: reading?.state ?? {} })),
  ).filter(({ name }) => !known.includes(name));
  return new Map([...direct, ...(await read(behind))]);
}

function show({ baseline }: Captured, observed: readonly ObservedTrail[], { skipped }: Choice): void {
  const { Account, Region, Trails } = baseline;
  for (const trail of Trails) {
    console.log(`\n${colours.bold(trail.Name)}  ${colours.dim(`${Account} ${Region}`)}`);
    for (const [label, words] of summary(trail)) console.log(`  ${colours.dim(label.padEnd(12))}${words}`);
  }
  const warnings = [
    ...observed.flatMap(({ Name, deliveryErrors }) =>
      deliveryErrors.map((error) => `${Name} cannot deliver ${error}`),
    ),
    ...Trails.flatMap((trail) => weaknesses(trail).map((weakness) => `${trail.Name} ${warning(weakness)}`)),
    ...accountWeaknesses(Trails).map(warning),
  ];
  if (warnings.length > 0) console.log(`\n${colours.yellow('Warnings')}`);
  for (const line of warnings) console.log(`  ${colours.yellow('!')} ${line}`);
  const unguarded = notGuarded(baseline);
  if (unguarded.length > 0) console.log(`\n${colours.bold('Not guarded')}`);
  for (const line of unguarded) console.log(`  ${visible(line)}`);
  if (skipped.length > 0) console.log(`\n${colours.bold('Skipped')}`);
  for (const reason of skipped) console.log(`  ${reason}`);
}

const PAINT: Readonly<Record<string, (line: string) => string>> = {
  '-': colours.red,
  '+': colours.green,
  '@': colours.cyan,
};

/** Whether there is something to write. Throws a {@link CaptureError} when that would undo somebody's work. */
function mayWrite(file: string, capture: Captured, force: boolean): boolean {
  if (!existsSync(file)) return true;
  const lines = fileDifference(readFileSync(file, 'utf8'), capture, file);
  if (lines.length === 0 || force) return lines.length > 0;
  const shown = lines.map((line) => (PAINT[line.charAt(0)] ?? String)(line));
  throw new CaptureError(
    `${file} declares something else than the live trails, and was left alone (- file, + live):\n${shown.join('\n')}\n` +
      'If somebody tampered with the trails, keep the file: the guard puts them back. If the change is wanted, give --force.',
  );
}

async function capture({ stage, region, trail, force }: Options): Promise<void> {
  const fault = stageFault(stage);
  if (fault) throw new CaptureError(fault);
  const file = `baselines/${stage}.yml`;
  const client = cloudTrailClient({ region });
  const choice = chooseTrails(await list(client, region), region, trail);
  const trails = liveTrails(client, choice.home);
  const [alias, ...observed] = await Promise.all([
    accountAlias({ region }),
    ...choice.names.map((name) => trails.observe(name)),
  ]);
  const written = captured(choice.home, observed, {
    accountAlias: alias,
    readings: await readDestinations(choice.home, observed),
    existing: existsSync(file) ? presentBaseline(readFileSync(file, 'utf8'), file) : undefined,
  });
  const isChanged = mayWrite(file, written, force);
  if (isChanged) {
    mkdirSync('baselines', { recursive: true });
    writeFileSync(file, written.text);
  }
  show(written, observed, choice);
  console.log(`\n${colours.green(isChanged ? 'written' : 'unchanged')}  ${file}`);
  if (isChanged)
    console.log(
      `\nNext: review the file, for it is what the trails will be held to; commit it; then deploy:\n` +
        `  npx serverless deploy --stage ${stage} --region ${region}\n` +
        `and ask whether all is well:\n  npm run doctor -- --stage ${stage} --region ${region}`,
    );
}

// The SDK would tell each time that it will need a newer Node one day.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
try {
  await capture(parseOptions());
} catch (error) {
  console.error(`${colours.red('Not captured.')} ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
