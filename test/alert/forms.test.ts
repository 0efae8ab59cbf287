import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { format } from 'prettier';
import { alertOf } from '../../src/alert/alert.ts';
import { chatNotification } from '../../src/alert/chat.ts';
import { finding } from '../../src/alert/finding.ts';
import { type Report, reportSchema } from '../../src/report/schema.ts';
import { reportOf } from '../../src/report/report.ts';
import { incidentOf } from '../fakes/incident.ts';
import { REPORTS } from '../fakes/told-incidents.ts';

/** What is reviewed by eye. To write a file anew after a change on purpose: delete it, and run this test. */
const GOLDEN = 'test/golden/alerts';

const json = (value: unknown) => format(JSON.stringify(value), { parser: 'json', printWidth: 110 });

/** Each form, by the end of its file's name. */
const FORMS: Readonly<Record<string, (report: Report) => string | Promise<string>>> = {
  'mail.txt': (report) => `Subject: ${report.subject}\n\n${alertOf(report).bodies.email}`,
  'report.json': (report) => json(JSON.parse(alertOf(report).bodies.default)),
  'chat.json': (report) => json(chatNotification(report)),
  'finding.json': (report) => json(finding(report)),
};

describe.each(Object.entries(REPORTS))('%s', (name, report) => {
  test.each(Object.entries(FORMS))('is told as the reviewed %s', async (form, render) => {
    const file = `${GOLDEN}/${name}.${form}`;
    const text = await render(report);
    if (!existsSync(file) && !process.env['CI']) writeFileSync(file, text);
    expect(text).toBe(readFileSync(file, 'utf8'));
  });

  test('is a report as its schema says', () => {
    expect(reportSchema.parse(JSON.parse(alertOf(report).bodies.default))).toEqual(report);
  });
});

test('a report that is larger than SNS and EventBridge take is trimmed, and says so in the mail and in the JSON', () => {
  const { aftermath, ...followUp } = REPORTS['follow-up'] ?? reportOf(incidentOf());
  const [call] = aftermath?.calls ?? [];
  const report: Report = {
    ...followUp,
    ...(aftermath &&
      call && { aftermath: { ...aftermath, calls: Array.from({ length: 3000 }, () => call) } }),
  };
  const alert = alertOf(report);

  expect(Buffer.byteLength(JSON.stringify(report))).toBeGreaterThan(256 * 1024);
  expect(Buffer.byteLength(JSON.stringify(alert.bodies))).toBeLessThanOrEqual(256 * 1024);
  expect(alert.report.trimmed).not.toEqual([]);
  expect(reportSchema.parse(JSON.parse(alert.bodies.default))).toEqual(alert.report);
  expect(alert.bodies.email).toContain('Left out');
});
