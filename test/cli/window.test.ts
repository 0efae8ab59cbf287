import { fileURLToPath } from 'node:url';
import { runCli } from './run-cli.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const DEPLOY = 'arn:aws:iam::123456789012:role/Deploy';
const asked = (more: Readonly<Record<string, string>>) => [
  'open',
  ...Object.entries({
    '--stage': 'drill',
    '--trail': 'org-audit-trail',
    '--actor': DEPLOY,
    '--for': '2h',
    '--reason': 'CHG-4711',
    ...more,
  }).flat(),
];

test.each<[string, string[], string]>([
  ['a trail that nobody declared', asked({ '--trail': 'mine' }), 'mine is not in baselines/drill.yml'],
  ['a trail and a resource', asked({ '--resource': 'logs' }), 'a window is on one of them'],
  ['everybody', asked({ '--actor': '*' }), '--actor is "*"'],
  ['longer than a day', asked({ '--for': '25h' }), '--for is no time between 1m and 24h'],
  ['a stage without a baseline', asked({ '--stage': 'nope' }), 'baselines/nope.yml is not there'],
  ['another Region', asked({ '--region': 'eu-west-1' }), 'give --region us-east-1, or leave it out'],
])('a window for %s is not opened, and AWS is not asked', async (_what, args, said) => {
  const { code, stderr } = await runCli('window', repository, args);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(said) as string });
});
