import fc from './fast-check.ts';
import { type Alert, alertOf as rendered } from '../../src/alert/alert.ts';
import { chatNotification } from '../../src/alert/chat.ts';
import { finding } from '../../src/alert/finding.ts';
import { heal } from '../fakes/trails.ts';
import { quoted, unmarked } from '../../src/foreign/markup.ts';
import { asciiLine, oneLine } from '../../src/foreign/printable.ts';
import { type Report, reportSchema } from '../../src/report/schema.ts';
import { shorten } from '../../src/foreign/shorten.ts';
import { FakeTrails, guardOf } from '../fakes/trails.ts';
import { eventOf, mallory, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { REPORTS } from '../fakes/told-incidents.ts';
import { codePoint } from './any-text.ts';
import { hostile as anyHostile, replaced } from './hostile.ts';

const hostile = fc.oneof(
  anyHostile,
  fc.constantFrom(
    '<!channel> @here *Still broken* nothing',
    '`*Still broken* nothing',
    '<https://phish.example|runbook>',
    '[runbook](https://phish.example)',
    ':white_check_mark: _whole_ ~not~',
    '\\*\\`&lt;!everyone&gt;',
    '__proto__',
    'constructor',
    '${jndi:ldap://phish.example}',
    '`'.repeat(10_000),
    '|'.repeat(10_000),
  ),
);

async function alertOf(event: unknown, trails = new FakeTrails(orgAuditTrail)): Promise<Alert> {
  trails.tamper({ kind: 'stopLogging', trail: orgAuditTrail.Name });
  const guard = guardOf({ trails });
  await heal(event, guard).catch(() => undefined);
  const [alert] = guard.alerts.sent;
  if (!alert) throw new Error('nothing was told');
  return alert;
}

/** Where an event has a text. */
function textsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value === 'string') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => textsOf(member, [...path, key]));
}

/** Every text in a form, keys included. */
function wordsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [key, ...wordsOf(member)]);
}

const FOREIGN_TO_A_LINE = /[\p{C}\p{Zl}\p{Zp}]/u;

function expectHarmlessWords(form: unknown, mostBytes: number): void {
  const isHarmless = (word: string) => !FOREIGN_TO_A_LINE.test(word) && Buffer.byteLength(word) <= mostBytes;
  expect(wordsOf(form).filter((word) => !isHarmless(word))).toEqual([]);
}

/** Its labels and the order of them; what stands between backquotes is code, and nothing else. */
function skeletonOf(description: string): string[] {
  return description.split('\n').map((line) => /^(?:\*[A-Z][a-z ]+\*|•)/.exec(line)?.[0] ?? 'text');
}

function expectHarmlessChat(alert: Alert): void {
  const chat = chatNotification(alert.report);
  const { title, description, nextSteps, keywords } = chat.content;

  expectHarmlessWords({ ...chat, content: { title, nextSteps, keywords } }, 1024);
  expectHarmlessWords(description.split('\n'), 2048);
  expect(description.length).toBeLessThanOrEqual(8000);
  expect(title.length).toBeLessThanOrEqual(250);
  expect(nextSteps.filter((step) => step.length > 350)).toEqual([]);
  expect(keywords.filter((word) => word.length > 75)).toEqual([]);
  const code = /`[^`]*`/g;
  const ours = /^\*[A-Z][a-z ]+\* ?/gm;
  const said = [title, ...nextSteps, ...keywords, description.replace(code, 'code').replace(ours, '')];
  expect(said.filter((text) => /[*~`<>|[\]\\@]|&(?!\w+=)/.test(text))).toEqual([]);
  const quotes = description.match(code) ?? [];
  expect(quotes.filter((inside) => /[<>&]|@(?:here|channel|everyone)/i.test(inside))).toEqual([]);
}

/** https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFinding.html */
function expectHarmlessFinding(alert: Alert): void {
  const found = finding(alert.report);

  expectHarmlessWords(found, 2048);
  expect(Buffer.byteLength(found.Id)).toBeLessThanOrEqual(512);
  expect(Buffer.byteLength(found.Title)).toBeLessThanOrEqual(256);
  expect(Buffer.byteLength(found.Description)).toBeLessThanOrEqual(1024);
  expect(Buffer.byteLength(found.Remediation.Recommendation.Text)).toBeLessThanOrEqual(512);
  expect(Object.keys(found.ProductFields).length).toBeLessThanOrEqual(50);
  for (const time of [found.CreatedAt, found.UpdatedAt, found.FirstObservedAt])
    expect(new Date(time).toISOString()).toBe(time);
}

function expectHarmless(alert: Alert): void {
  const report: unknown = JSON.parse(alert.bodies.default);

  expect(reportSchema.safeParse(report).error).toBeUndefined();
  expectHarmlessWords(report, 8192);
  for (const form of [report, chatNotification(alert.report), finding(alert.report)])
    expect(JSON.stringify(form)).not.toContain('https://phish.example');
  expectHarmlessChat(alert);
  expectHarmlessFinding(alert);
}

describe('any text in an event stays one harmless text in every form:', () => {
  const EVENTS = {
    'a call': stopLogging(),
    'a refused call': stopLogging(orgAuditTrail.Name, { errorCode: 'AccessDenied', errorMessage: 'no' }),
    'a signal': { id: 'an-id', source: 'aws.guardduty', detail: { title: 'disabled', type: 'Stealth' } },
    'an event that cannot be read': eventOf('SomeOtherCall', { name: 'x' }),
  };
  const cases = Object.entries(EVENTS).flatMap(([kind, event]) =>
    textsOf(event).map((path) => [`${kind}, ${path.join('.')}`, event, path] as const),
  );

  test.each(cases)('%s', async (_what, event, path) => {
    await fc.assert(
      fc.asyncProperty(hostile, async (evil) => {
        expectHarmless(await alertOf(replaced(event, path, evil)));
      }),
      { numRuns: 5 },
    );
  });
});

test('all texts of an event at once forge no line of the chat', async () => {
  const paths = textsOf(stopLogging()).filter((path) =>
    ['userIdentity', 'sourceIPAddress', 'userAgent'].includes(path[1] ?? ''),
  );
  const fields = ['type', 'principalId', 'arn', 'accountId', 'userName', 'mfaAuthenticated', 'creationDate'];
  const free = paths.filter((path) => !fields.includes(path.at(-1) ?? ''));
  const honest = skeletonOf(chatNotification((await alertOf(stopLogging())).report).content.description);
  await fc.assert(
    fc.asyncProperty(
      hostile.filter((evil) => evil.trim() !== ''),
      async (evil) => {
        const event = free.reduce<unknown>((given, path) => replaced(given, path, evil), stopLogging());
        const { report } = await alertOf(event);

        expect(skeletonOf(chatNotification(report).content.description)).toEqual(honest);
      },
    ),
    { numRuns: 30 },
  );
});

test('whatever somebody wrote into the live trail stays one harmless text in every form', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (one, other) => {
      const trails = new FakeTrails(orgAuditTrail);
      trails.tamper({ kind: 'updateTrail', trail: orgAuditTrail.Name, settings: { S3KeyPrefix: one } });
      trails.tamper({ kind: 'addTags', trail: orgAuditTrail.Name, tags: [{ Key: one, Value: other }] });
      trails.undeliverable(orgAuditTrail.Name, one);
      trails.refuse('updateTrail', Object.assign(new Error(other), { name: 'KmsException' }));
      expectHarmless(await alertOf(eventOf('UpdateTrail', null), trails));
    }),
    { numRuns: 30 },
  );
});

test.each(['{"arn":"arn:aws:iam::111122223333:root","polluted":true}', '"text"', '[]', 'null'])(
  'a member __proto__ of %s changes nobody but itself',
  async (json) => {
    const identity = JSON.stringify(mallory).replace('{', `{"__proto__":${json},`);
    const event = eventOf(
      'StopLogging',
      { name: orgAuditTrail.Name },
      { userIdentity: JSON.parse(identity) as object },
    );
    const alert = await alertOf(event);

    expectHarmless(alert);
    expect(({} as Readonly<Record<string, unknown>>)['polluted']).toBeUndefined();
    expect(alert.report.call?.actor).toEqual((await alertOf(stopLogging())).report.call?.actor);
  },
);

/** The fields of a report that quote, or could: all but what has a form of its own, like times and names of calls. */
const FREE =
  /^(?:subject|id|summary|nextSteps|stillBroken|faults|account\.alias|call\.(?:actor|eventId|sourceIp|userAgent)|containment\.(?:principal|reason|undo)|aftermath\.(?:fault|calls\.\d+\.(?:sourceIp|refused|resources)))\b/;

const OF_ITS_OWN_FORM = ['kind', 'sessionStarted'];

function quoting(evil: string, value: unknown, path: readonly string[] = []): unknown {
  if (Array.isArray(value)) return value.map((item, index) => quoting(evil, item, [...path, String(index)]));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, quoting(evil, member, [...path, key])]),
    );
  if (typeof value !== 'string' || !FREE.test(path.join('.')) || OF_ITS_OWN_FORM.includes(path.at(-1) ?? ''))
    return value;
  return path[0] === 'subject' ? asciiLine(evil, 99) : oneLine(evil);
}

test.each(Object.entries(REPORTS))(
  'every form of the report %s keeps its limits, whatever it quotes',
  (_name, report) => {
    const many = <T>(items: readonly T[]): T[] => Array.from({ length: 40 }, () => items).flat();
    fc.assert(
      fc.property(hostile, (evil) => {
        const { summary, nextSteps, stillBroken, faults } = report;
        const full = {
          ...report,
          summary: many(summary),
          stillBroken: many(stillBroken),
          faults: many(faults),
        };
        const told = quoting(evil, { ...full, nextSteps: many(nextSteps) }) as Report;

        expectHarmless(rendered(told));
      }),
      { numRuns: 10 },
    );
  },
);

test('the two kinds of chat text hold whatever is put into them', () => {
  const text = fc.oneof(hostile, fc.string({ unit: fc.constantFrom(...Array.from('*_~`<>|[]()@&\\:ax1 ')) }));
  fc.assert(
    fc.property(text, (evil) => {
      expect(unmarked(evil)).not.toMatch(/[*~`<>|[\]@&\\]|(?:^|\s)_|_(?:\s|$)/);
      expect(unmarked(unmarked(evil))).toBe(unmarked(evil));
      expect(quoted(evil)).toMatch(/^`[^`<>&]*`$/);
    }),
  );
});

test('a shortened text is the beginning of the text, and never longer than it may be', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: codePoint, maxLength: 100 }),
      fc.integer({ min: 3, max: 200 }),
      (text, bytes) => {
        const short = shorten(text, bytes);

        expect(Buffer.byteLength(short)).toBeLessThanOrEqual(bytes);
        expect(text.startsWith(short === text ? text : short.slice(0, -1))).toBe(true);
      },
    ),
  );
});
