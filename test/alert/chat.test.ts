import { chatNotification } from '../../src/alert/chat.ts';
import type { Report } from '../../src/report/schema.ts';
import { REPORTS } from '../fakes/told-incidents.ts';

function told(name: string, changes: Partial<Report> = {}): Report {
  const report = REPORTS[name];
  if (!report) throw new Error(`nothing is told as ${name}`);
  return { ...report, ...changes };
}

const linesOf = (report: Report) => chatNotification(report).content.description.split('\n');
const restored = told('stopped-and-restored');

test('it says within ten seconds what, who, from where and when', () => {
  expect(linesOf(restored).slice(0, 5)).toEqual([
    'Trail org-audit-trail was STOPPED. It is logging again, whole and verified.',
    '*Who* `role Admin, session mallory`, no MFA',
    '*Key* `ASIAEXAMPLE7QF2`, temporary',
    '*From* `198.51.100.7`, `aws-cli/2.31.0`',
    '*When* `2026-11-20T23:47:12Z`, StopLogging, seen after 3.0 s',
  ]);
  expect(linesOf(restored).length).toBeLessThanOrEqual(10);
});

test('a follow-up stands in the thread of what it follows up, and says only what is new', () => {
  const followUp = told('follow-up');

  expect(chatNotification(followUp).metadata.threadId).toBe(chatNotification(restored).metadata.threadId);
  expect(linesOf(followUp).filter((line) => /^\*(Who|Blind|Still broken)\*/.test(line))).toEqual([]);
  expect(linesOf(followUp)).toContain('• `iam:CreateAccessKey mallory-backdoor`');
});

test('a long list is cut, and the number of the rest is told', () => {
  const stillBroken = Array.from({ length: 12 }, (_, index) => `org-audit-trail: fault ${index}.`);

  expect(linesOf({ ...restored, stillBroken })).toEqual(
    expect.arrayContaining(['• org-audit-trail: fault 0.', '• and 9 more, see the mail']),
  );
});

test.each([
  ['whose caller is not known', 'sweep-without-an-actor', '*Who* not known yet'],
  ['that failed', 'not-restored', '• org-audit-trail: KmsKeyId is none.'],
  ['with a faulty configuration', 'baseline-of-another-account', '*Still broken* the configuration'],
])('a report %s says so', (_what, name, line) => {
  expect(linesOf(told(name))).toContain(line);
});

test('nobody is looked for where the declaration was changed', () => {
  expect(linesOf(told('declaration-followed')).join('\n')).not.toContain('*Who*');
});

test('the runbook is a next step where it has an address', () => {
  const runbook = 'Runbook: https://wiki.example.com/trailkeeper/critical.md';

  expect(chatNotification(told('baseline-of-another-account')).content.nextSteps).toContain(runbook);
  expect(chatNotification(restored).content.nextSteps.join()).not.toContain('Runbook');
});

test('a session that is named after markup is not taken for markup, and not handed to custom actions', () => {
  const subject = '[CRITICAL] org-audit-trail stopped by <!channel> *x*, restored';
  const { content, metadata } = chatNotification({ ...restored, subject });

  expect(content.title).toBe('CRITICAL: org-audit-trail stopped by ＜!channel＞ ＊x＊, restored');
  expect(Object.keys(metadata.additionalContext)).toEqual([
    'severity',
    'verdict',
    'account',
    'region',
    'trail',
  ]);
});
