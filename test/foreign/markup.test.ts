import { quoted, unmarked } from '../../src/foreign/markup.ts';

describe('text that would be markup is none:', () => {
  test.each([
    ['bold', '*whole*', '＊whole＊'],
    ['italic', '_whole_', '＿whole＿'],
    ['struck out', '~not~', '～not～'],
    ['code', '`whole`', '｀whole｀'],
    ['a mention of everyone', '<!everyone> @here', '＜!everyone＞ ＠here'],
    ['a link of Slack', '<https://phish.example|runbook>', '＜https://phish.example｜runbook＞'],
    ['a link of Teams', '[runbook](phish.example)', '［runbook］(phish.example)'],
    ['an escaped one', '&lt;!here&gt; \\*x', '＆lt;!here＆gt; ＼＊x'],
    ['an emoji', 'all well :white_check_mark:', 'all well ：white_check_mark:'],
  ])('%s', (_what, text, harmless) => {
    expect(unmarked(text)).toBe(harmless);
  });
});

describe('text that is none stays as it is:', () => {
  test.each([
    'arn:aws:sts::123456789012:assumed-role/Admin/mallory',
    'my_audit_trail',
    'at 23:47:12',
    'aws cloudtrail lookup-events --region us-east-1',
  ])('%s', (text) => {
    expect(unmarked(text)).toBe(text);
  });
});

describe('text as code', () => {
  test.each([
    ['can be copied', 'role *Admin*, mallory@example.com', '`role *Admin*, mallory@example.com`'],
    ['ends where it ends', 'a` *b* `c', '`a｀ *b* ｀c`'],
    ['mentions nobody', '<!channel> @here @Everyone', '`＜!channel＞ ＠here ＠Everyone`'],
  ])('%s', (_rule, text, code) => {
    expect(quoted(text)).toBe(code);
  });
});
