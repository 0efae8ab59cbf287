import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as cloudTrail from '@aws-sdk/client-cloudtrail';
import * as eventBridge from '@aws-sdk/client-eventbridge';
import * as iam from '@aws-sdk/client-iam';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import { METRICS } from '../../src/incident/metrics.ts';
import { reportSchema } from '../../src/report/schema.ts';
import { packageOf } from '../packages/packages.ts';

const FOLDER = 'docs/runbook';

const pages = readdirSync(FOLDER);

const textOf = (page: string) => readFileSync(join(FOLDER, page), 'utf8');

/** The services of which the project has a client, by the name that the AWS CLI gives them. */
const CLIENTS: Readonly<Record<string, object>> = {
  cloudtrail: cloudTrail,
  events: eventBridge,
  iam,
  sns,
  sqs,
};

/** Commands of the AWS CLI that no client here can tell of. https://docs.aws.amazon.com/cli/latest/reference/ */
const OTHERS = [
  'cloudtrail validate-logs',
  'kms cancel-key-deletion',
  'kms describe-key',
  'kms enable-key',
  'kms get-key-policy',
  'lambda get-function-configuration',
  'lambda invoke',
  'logs tail',
  'organizations describe-organization',
  's3api get-bucket-policy',
  's3api head-bucket',
  'sts get-access-key-info',
];

/** get-trail-status is GetTrailStatusCommand. */
function commandName(subcommand: string): string {
  const words = subcommand.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Command`;
}

function exists(command: string): boolean {
  const [service = '', subcommand = ''] = command.split(' ');
  return OTHERS.includes(command) || commandName(subcommand) in (CLIENTS[service] ?? {});
}

/** What is to be copied: blocks, and code within lines. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/(?:^|`|\n)\s*aws ([a-z0-9]+ [a-z-]+)/g)].map(([, command = '']) => command);
}

test('there is one page for each severity, and an index', () => {
  const severities = reportSchema.shape.severity.options;
  expect(pages.toSorted()).toEqual(
    ['README.md', ...severities.map((severity) => `${severity}.md`)].toSorted(),
  );
  for (const severity of severities) expect(textOf('README.md')).toContain(`| [${severity}](${severity}.md)`);
});

describe.each(pages)('%s', (page) => {
  test('can be read at night', () => {
    expect(textOf(page).split('\n').length).toBeLessThanOrEqual(81);
  });

  test('has commands to copy, and each of them exists', () => {
    const commands = commandsIn(textOf(page));
    expect(commands.length).toBeGreaterThan(0);
    expect(commands.filter((command) => !exists(command))).toEqual([]);
  });

  test('links to pages and headings that are there', () => {
    const links = [...textOf(page).matchAll(/\]\(((?!https:)[^)#]*)(?:#([^)]*))?\)/g)];
    for (const [link, path = '', heading] of links) {
      const file = path ? join(dirname(join(FOLDER, page)), path) : join(FOLDER, page);
      expect([link, existsSync(file)]).toEqual([link, true]);
      const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
        title
          .toLowerCase()
          .replaceAll(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      if (heading) expect(headings).toContain(heading);
    }
  });

  test('leaves nothing in angle brackets outside of quotes, where a shell would take it for a file', () => {
    const blocks = [...textOf(page).matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block);
    const bare = blocks.flatMap((block) => block.replaceAll(/'[^']*'|"[^"]*"/g, '').match(/<[^>]*>/g) ?? []);
    expect(bare).toEqual([]);
  });
});

test.each(['critical', 'high', 'medium', 'low', 'info'])(
  '%s.md begins with the first three minutes, and ends with how to stand down',
  (severity) => {
    const headings = [...textOf(`${severity}.md`).matchAll(/^## (.*)$/gm)].map(([, title]) => title);
    expect([headings[0], headings.at(-1)]).toEqual(['The first three minutes', 'Stand down']);
  },
);

describe('docs/dashboard.md', () => {
  const rows = [...readFileSync('docs/dashboard.md', 'utf8').matchAll(/^\| `([\w-]+)` +\| (.*?) +\|$/gm)].map(
    ([, name = '', meaning = '']) => [name, meaning] as const,
  );

  test('says of every metric what the code says', () => {
    const told = rows.filter(([name]) => /^[A-Z]/.test(name));
    expect(told).toEqual(Object.entries(METRICS));
  });

  test('tells of every alarm', () => {
    const template = JSON.parse(
      readFileSync(join(packageOf('drill'), 'cloudformation-template-update-stack.json'), 'utf8'),
    ) as { Resources: Record<string, { Type: string; Properties?: { AlarmName?: string } }> };
    const alarms = Object.values(template.Resources).flatMap(({ Type, Properties }) =>
      Type === 'AWS::CloudWatch::Alarm'
        ? (Properties?.AlarmName?.replace('trailkeeper-drill-', '') ?? [])
        : [],
    );
    const told = rows.flatMap(([name]) => (/^[a-z]/.test(name) ? [name] : []));
    expect(told.toSorted()).toEqual(alarms.toSorted());
  });
});
