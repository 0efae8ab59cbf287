import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import colours from 'picocolors';
import { format, resolveConfig } from 'prettier';
import { parseBaseline } from '../baseline/read.ts';
import {
  type Exempted,
  MOST_CHARACTERS,
  resourceControlPolicy,
  serviceControlPolicy,
} from '../prevention/policies.ts';

interface Options {
  readonly partition: string;
  readonly deployRole: readonly string[];
  readonly breakGlass: readonly string[];
  readonly stage: readonly string[];
}

/** A role of one account, or of any, and never just any role: what the name begins with must be said. */
const ROLE = /^arn:[a-z-]+:iam::(?:\d{12}|\*):role\/[\w+=,.@/-]+\*?$/;

function roles(arns: readonly string[]): readonly string[] {
  const faults = arns.filter((arn) => !ROLE.test(arn));
  if (faults.length > 0)
    throw new Error(
      `${faults.join(', ')}: give the ARN of a role, with * for the account or at the end of the name if need be`,
    );
  return arns;
}

function parseOptions(): Options {
  return new Command('npm run policies --')
    .description(
      'Writes policies/scp.json and policies/rcp.json, which deny to everybody else what the guard undoes and tells.',
    )
    .requiredOption('--deploy-role <arn...>', 'who deploys the guard, and what trails deliver through')
    .requiredOption('--break-glass <arn...>', 'who may do all of it in an emergency')
    .option('--stage <stage...>', 'for the baselines of these stages only', [])
    .option('--partition <partition>', 'of the ARNs', 'aws')
    .parse()
    .opts();
}

async function policies({ stage, deployRole, breakGlass, partition }: Options): Promise<void> {
  const exempted: Exempted = {
    partition,
    deployRoles: roles(deployRole),
    breakGlass: roles(breakGlass),
  };
  const files =
    stage.length > 0
      ? stage.map((name) => `${name}.yml`)
      : readdirSync('baselines').filter((name) => name.endsWith('.yml'));
  const baselines = files.map((name) =>
    parseBaseline(readFileSync(`baselines/${name}`, 'utf8'), `baselines/${name}`),
  );
  const written = [
    ['policies/scp.json', serviceControlPolicy(baselines, exempted)],
    ['policies/rcp.json', resourceControlPolicy(baselines, exempted)],
  ] as const;
  for (const [file, policy] of written) {
    const { length } = JSON.stringify(policy);
    if (length > MOST_CHARACTERS)
      throw new Error(
        `${file} would have ${length} characters, and ${MOST_CHARACTERS} are allowed: write one for fewer stages at a time, with --stage`,
      );
  }
  mkdirSync('policies', { recursive: true });
  for (const [file, policy] of written) {
    const text = JSON.stringify(policy);
    writeFileSync(file, await format(text, { ...(await resolveConfig(file)), filepath: file }));
    console.log(`${colours.green('written')}  ${file}  ${text.length} of ${MOST_CHARACTERS} characters`);
  }
}

try {
  await policies(parseOptions());
} catch (error) {
  console.error(`${colours.red('Not written.')} ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
