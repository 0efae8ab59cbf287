import { digestOf } from '../baseline/digest.ts';
import { oneLine } from '../foreign/printable.ts';
import type { Examined, Stack } from './examined.ts';
import {
  again,
  ago,
  type Check,
  deploy,
  deployAnew,
  type Finding,
  ill,
  knowing,
  quoted,
  unknown,
  well,
} from './finding.ts';

/** Whether a version of dotted numbers is at least another. */
function isAtLeast(version: string, least: string): boolean {
  const [there, wanted] = [version, least].map((each) => each.split('.').map(Number));
  for (const [index, number] of (wanted ?? []).entries()) {
    const own = there?.[index] ?? 0;
    if (own !== number) return own > number;
  }
  return true;
}

function tools({ tools: { node, engines, serverless } }: Examined): Finding[] {
  const least = /^>=\s*(\d+(?:\.\d+)*)$/.exec(engines)?.[1];
  const { installed, wanted } = serverless;
  if (least === undefined)
    return [unknown(`package.json asks for Node.js ${oneLine(engines)}, which is not understood here`)];
  if (!isAtLeast(node, least))
    return [ill(`Node.js is ${node}, and ${least} is the oldest that will do`, `nvm install ${least}`)];
  if (installed !== wanted)
    return [
      ill(
        `serverless is ${installed ?? 'not installed'}, and package.json asks for ${oneLine(wanted)}`,
        'npm ci',
      ),
    ];
  return [well(`Node.js ${node}, serverless ${oneLine(wanted)}`)];
}

const SOUND = [
  'CREATE_COMPLETE',
  'UPDATE_COMPLETE',
  'IMPORT_COMPLETE',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
];

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html#cfn-console-view-stack-data-resources-status-codes */
function state({ status, reason, changedAt }: Stack, examined: Examined): Finding {
  const { service, stage, region, now } = examined;
  if (SOUND.includes(status))
    return well(`${service}-${stage} is ${status}, changed ${ago(now - changedAt)}`);
  const said = `${service}-${stage} is ${oneLine(status)}${reason ? `: ${oneLine(reason)}` : ''}`;
  if (status.endsWith('_IN_PROGRESS')) return ill(`${said}; ask again when it is done`, again(examined));
  if (status === 'UPDATE_ROLLBACK_COMPLETE')
    return ill(`${said}: the last deployment failed`, deploy(examined));
  if (status === 'UPDATE_ROLLBACK_FAILED')
    return ill(
      said,
      `aws cloudformation continue-update-rollback --stack-name ${service}-${stage} --region ${region}`,
    );
  return ill(said, deployAnew(examined));
}

const DIRTY = /-dirty$/;

const short = (commit: string): string => quoted(commit.replace(DIRTY, '').slice(0, 12));

function commit({ outputs }: Stack, examined: Examined): Finding {
  const { Commit: deployed } = outputs;
  const { commit: here } = examined.here;
  if (deployed === undefined)
    return ill('was deployed by a version that does not say its commit', deploy(examined));
  if (deployed === 'unknown') return unknown('was deployed from a folder without git');
  if (deployed.endsWith('-dirty'))
    return ill(`was deployed from ${short(deployed)} and changes that are in no commit`, deploy(examined));
  if (here === 'unknown')
    return unknown(`was deployed from ${short(deployed)}, and this folder has no git to compare with`);
  if (deployed !== here.replace(DIRTY, ''))
    return ill(`was deployed from ${short(deployed)}, and this is ${short(here)}`, deploy(examined));
  return well(
    `${short(deployed)}${here.endsWith('-dirty') ? '; here are changes that are in no commit' : ''}`,
  );
}

function baseline({ outputs }: Stack, examined: Examined): Finding {
  const { BaselineDigest: deployed } = outputs;
  const { baseline: file } = examined.here;
  const path = `baselines/${examined.stage}.yml`;
  if (deployed === undefined)
    return ill('was deployed by a version that does not say its baseline', deploy(examined));
  if (deployed === digestOf(file))
    return well(file ? `as ${path} says` : 'no trail is declared: the stage has no baseline');
  if (!file) return ill(`${path} is not here, and the stage was deployed with one`, 'git pull');
  return ill(`${path} says something else than what is deployed`, deploy(examined));
}

const ofStack = (question: string, answer: (stack: Stack, examined: Examined) => Finding): Check => ({
  question,
  answer: (examined) => knowing('the stack', examined.stack, examined, (stack) => [answer(stack, examined)]),
});

/** What is deployed, from what, and by which tools. */
export const DEPLOYMENT_CHECKS: readonly Check[] = [
  { question: 'Tools', answer: tools },
  ofStack('Stack', state),
  ofStack('Commit', commit),
  ofStack('Baseline', baseline),
];
