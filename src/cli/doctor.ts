import { existsSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import colours from 'picocolors';
import { NoAnswerError } from '../aws/asking.ts';
import { readExamined } from '../aws/examine.ts';
import { BaselineError } from '../baseline/read.ts';
import { type Answer, examine } from '../doctor/examination.ts';
import type { Examined } from '../doctor/examined.ts';
import { asRecord, asText } from '../foreign/values.ts';
import { commitOf } from '../packaging/commit.ts';
import { PlaceError, placeOf, SERVICE } from './place.ts';

interface Options {
  readonly stage?: string;
  readonly region?: string;
  readonly json: boolean;
}

function parseOptions(): Options {
  return new Command('npm run doctor --')
    .description(
      'Asks whether a deployed stage is well, and says of each fault what mends it. It changes nothing.',
    )
    .option('--stage <stage>', 'the stage')
    .option('--region <region>', 'where it is deployed; by default, where its baseline says')
    .option('--json', 'for machines', false)
    .parse()
    .opts();
}

const jsonOf = (file: string): Readonly<Record<string, unknown>> =>
  asRecord(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

/** The versions of what runs here, and what package.json asks for. The framework goes by another name: `npm:osls@4.3.1`. */
function toolsHere(): Examined['tools'] {
  const { engines, devDependencies } = jsonOf('package.json');
  return {
    node: process.versions.node,
    engines: asText(asRecord(engines)['node']) ?? '',
    serverless: {
      installed: asText(jsonOf('node_modules/serverless/package.json')['version']),
      wanted: (asText(asRecord(devDependencies)['serverless']) ?? '').replace(/^.*@/, ''),
    },
  };
}

const MARKS = { well: colours.green('✔'), ill: colours.red('✘'), unknown: colours.dim('–') } as const;

function show(answers: readonly Answer[]): void {
  const width = Math.max(...answers.map(({ question }) => question.length)) + 2;
  for (const [index, { question, verdict, why, command }] of answers.entries()) {
    const isFirst = answers[index - 1]?.question !== question;
    console.log(`  ${MARKS[verdict]} ${(isFirst ? question : '').padEnd(width)}${why}`);
    if (command !== undefined) console.log(`    ${' '.repeat(width)}${colours.cyan(command)}`);
  }
}

const count = (answers: readonly Answer[], verdict: Answer['verdict']): number =>
  answers.filter((answer) => answer.verdict === verdict).length;

async function diagnose({ stage: given, region: asked, json }: Options): Promise<void> {
  const { stage, region, baseline } = placeOf(given, asked);
  const examined = await readExamined({
    service: SERVICE,
    stage,
    region,
    tools: toolsHere(),
    here: { commit: commitOf('.'), baseline },
    now: Date.now,
  });
  const answers = examine(examined);
  const { account = '', now } = examined;
  const [wells, ills, unknowns] = (['well', 'ill', 'unknown'] as const).map((each) => count(answers, each));
  if (json)
    console.log(
      JSON.stringify(
        { service: SERVICE, stage, region, account, at: new Date(now).toISOString(), answers },
        null,
        1,
      ),
    );
  else {
    console.log(`\n${colours.bold(`${SERVICE}-${stage}`)}  ${colours.dim(`${account} ${region}`)}\n`);
    show(answers);
    console.log(`\n  ${wells} well, ${ills} ill, ${unknowns} not known`);
  }
  if (ills) process.exitCode = 1;
}

// The SDK would tell each time that it will need a newer Node one day.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
try {
  await diagnose(parseOptions());
} catch (error) {
  const isKnown = [NoAnswerError, PlaceError, BaselineError].some((known) => error instanceof known);
  console.error(
    `${colours.red('Not examined.')} ${isKnown && error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
}
