import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import colors from 'picocolors';
import { TRAIL_ATTACKS } from '../../drill/attacks/trails.ts';
import { candidateAt, embeddedCandidate, motoCandidate } from './conformance/candidates.ts';
import { examine } from './conformance/conformance.ts';
import { differences, markdown } from './conformance/report.ts';
import { type Tried, tryCommands } from './commands.ts';
import { openRange, type Range } from './range.ts';
import { allWell, line, summary, title } from './scoreboard.ts';
import { type Bout, fight, quietSweep } from './strike.ts';

const DOCUMENT = 'docs/conformance.md';

interface Options {
  readonly attack?: string;
  readonly commands?: boolean;
  readonly endpoint?: string;
  readonly conformance?: boolean;
  readonly write?: boolean;
}

// The package targets the Lambda runtime; what the SDK thinks of the Node.js that runs this is noise.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** What this AWS cannot show of change windows. */
const NOT_TRIED =
  'Not shown here, for this AWS judges no rights and sends no events of KMS: who may assume the window role and make a grant.';

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** Types what people type on a live account. */
async function typeAll(range: Range): Promise<readonly Tried[]> {
  say('');
  const tried = await tryCommands(range, ({ what, fault }) => {
    say(fault === undefined ? `  ${colors.green('✔')} ${what}` : `  ${colors.red('✘')} ${what}\n${fault}`);
  });
  say(`  ${colors.dim(NOT_TRIED)}`);
  return tried;
}

/** Deploys the real package, lets Mallory strike in every known way, and takes everything away again. */
async function attackAll({ endpoint, attack: name, commands }: Options): Promise<boolean> {
  const attacks = commands
    ? []
    : TRAIL_ATTACKS.filter((attack) => name === undefined || attack.name === name);
  if (attacks.length === 0 && !commands) throw new Error(`No attack is called ${name ?? ''}`);
  say('\nTrailkeeper: the real package, deployed to an AWS that others wrote\n');
  const range = await openRange(endpoint, (done) => {
    say(`  ${colors.green('✔')} ${done}`);
  });
  try {
    const tried = name === undefined ? await typeAll(range) : [];
    if (commands) return tried.every(({ fault }) => fault === undefined);
    say(`\n${title}`);
    const bouts: Bout[] = [];
    for (const attack of attacks) {
      const bout = await fight(range, attack);
      bouts.push(bout);
      say(line(bout));
    }
    const quiet = await quietSweep(range);
    say('');
    const anew = await range.redeploy();
    // A new ledger knows nothing: the first sweep tells again of the gaps that the trails themselves still show.
    await quietSweep(anew);
    say(`\n${title}`);
    const again: Bout[] = [];
    for (const attack of attacks.slice(0, 1)) again.push(await fight(anew, attack));
    for (const bout of again) say(line(bout));
    say(summary(bouts, quiet, range.stoodInFor()));
    return allWell([...bouts, ...again], quiet) && tried.every(({ fault }) => fault === undefined);
  } finally {
    await range.close();
  }
}

/** Runs the conformance cases on the embedded AWS and on the other, neither of them mended. */
async function compare({ endpoint, write }: Options): Promise<boolean> {
  const embedded = await examine(await embeddedCandidate());
  const other = await examine(await (endpoint === undefined ? motoCandidate() : candidateAt(endpoint)));
  say(differences([embedded, other]));
  if (write) {
    writeFileSync(DOCUMENT, await markdown([embedded, other]));
    say(`  written  ${DOCUMENT}`);
  }
  return embedded.findings.every(({ conforms }) => conforms);
}

// So that what was started here ends with it.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const options = new Command('npm run second-aws --')
  .description('Deploys the package to another AWS than the embedded one, and attacks its trails there.')
  .option('--endpoint <url>', 'an emulator that takes any signature; without one, a moto is started here')
  .option('--attack <name>', 'this one alone')
  .option('--commands', 'type the commands for a live account, and attack nothing')
  .option('--conformance', 'instead of attacking, compare the answers of both with what AWS documents')
  .option('--write', `with --conformance: write ${DOCUMENT}`)
  .parse()
  .opts<Options>();

try {
  const isWell = await (options.conformance ? compare(options) : attackAll(options));
  process.exitCode = isWell ? 0 : 1;
} catch (error) {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  console.error(`\n${colors.red('Not finished.')} ${name === 'Error' ? '' : `${name}: `}${message}`);
  process.exitCode = 1;
}
