import fc from './fast-check.ts';
import { heal } from '../fakes/trails.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { calledBy, readEvent } from '../../src/record/trigger.ts';
import type { Repair } from '../../src/kinds/trail/repair.ts';
import { reportOf } from '../../src/report/report.ts';
import { TAMPERINGS } from '../../src/kinds/trail/tamperings.ts';
import { FakeTrails, guardOf } from '../fakes/trails.ts';
import {
  baselineOf,
  enforcing,
  eventOf,
  home,
  mallory,
  observed,
  orgAuditTrail,
  stopLogging,
} from '../fakes/samples.ts';
import { hostile, replaced } from './hostile.ts';
import { runs } from './runs.ts';

/** Every field of an event that an alert quotes, with a harmless text for it. */
const QUOTED: [string, readonly string[], string, Readonly<Record<string, unknown>>][] = [
  ['the name of the trail', ['detail', 'requestParameters', 'name'], 'not a name', {}],
  ['the id', ['detail', 'eventID'], 'an-id', {}],
  ['the time', ['detail', 'eventTime'], 'a time', {}],
  ['the name of the call', ['detail', 'eventName'], 'SomeOtherCall', {}],
  ['the address', ['detail', 'sourceIPAddress'], '192.0.2.44', {}],
  ['the user agent', ['detail', 'userAgent'], 'an agent', {}],
  ['the error code', ['detail', 'errorCode'], 'AccessDenied', {}],
  ['the error message', ['detail', 'errorMessage'], 'a message', { errorCode: 'AccessDenied' }],
  ['the kind of identity', ['detail', 'userIdentity', 'type'], 'Robot', {}],
  ['the ARN', ['detail', 'userIdentity', 'arn'], 'an-arn', {}],
  ['the session', ['detail', 'userIdentity', 'arn'], 'arn:aws:sts::123456789012:assumed-role/Admin/x', {}],
  ['the principal id', ['detail', 'userIdentity', 'principalId'], 'AROA:x', {}],
  ['the access key', ['detail', 'userIdentity', 'accessKeyId'], 'AKIA', {}],
  [
    'the account of an identity without an ARN',
    ['detail', 'userIdentity', 'accountId'],
    '111122223333',
    { userIdentity: { type: 'AWSAccount', principalId: 'x', accountId: '' } },
  ],
  [
    'the name of a user',
    ['detail', 'userIdentity', 'userName'],
    'alice',
    { userIdentity: { type: 'IAMUser', userName: '', arn: 'arn:aws:iam::123456789012:user/x' } },
  ],
  [
    'the service that called',
    ['detail', 'userIdentity', 'invokedBy'],
    'cloudformation.amazonaws.com',
    { userIdentity: { type: 'AWSService', invokedBy: '' } },
  ],
  [
    'the issuer of the session',
    ['detail', 'userIdentity', 'sessionContext', 'sessionIssuer', 'userName'],
    'Admin',
    {},
  ],
  [
    'the source identity',
    ['detail', 'userIdentity', 'sessionContext', 'sourceIdentity'],
    'alice',
    { userIdentity: { ...mallory, sessionContext: { sourceIdentity: '' } } },
  ],
  [
    'the Identity Center user',
    ['detail', 'userIdentity', 'onBehalfOf', 'userId'],
    'alice',
    { userIdentity: { ...mallory, onBehalfOf: { userId: '' } } },
  ],
];

async function alertOf(event: unknown) {
  const trails = new FakeTrails(orgAuditTrail);
  trails.tamper({ kind: 'stopLogging', trail: orgAuditTrail.Name });
  const guard = guardOf({ trails });
  await heal(event, guard);
  const [alert] = guard.alerts.sent;
  if (!alert) throw new Error('nothing was told');
  return alert;
}

/** Whatever the text, it is no name of a trail. */
const noName = hostile.map((evil) => ` ${evil}`);

/** What SNS takes. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAIL_BYTES = 256 * 1024;

/** The lines of the mail that stand on their own, by how they begin: what is set in belongs to the line before. */
const skeleton = (body: string): string[] =>
  body
    .split('\n')
    .filter((line) => /^(?:\S| {2}[A-Z][a-z]+ )/.test(line))
    .map((line) => line.slice(0, 9));

/** The subject of any alert that can be, when the event has that error code and the configuration those faults. */
function expectSubject(errorCode: fc.Arbitrary<string>, faults: fc.Arbitrary<Error[]>): void {
  const given = fc.record({
    eventName: fc.constantFrom(...Object.keys(TAMPERINGS)),
    name: fc.constantFrom('abc', orgAuditTrail.Name, 'n'.repeat(128)),
    session: fc.oneof(hostile, fc.constant('mallory'), fc.constant('m'.repeat(64))),
    region: fc.constantFrom('us-east-1', 'ap-southeast-2', 'us-gov-west-1', 'me-central-1'),
    errorCode,
    faults,
    trails: fc.integer({ min: 0, max: 3 }),
    broken: fc.boolean(),
  });
  fc.assert(
    fc.property(given, ({ eventName, name, session, region, errorCode, faults, trails, broken }) => {
      const request = { name, trailName: name };
      const userIdentity = { ...mallory, arn: `arn:aws:sts::123456789012:assumed-role/Admin/${session}` };
      const declared = { ...orgAuditTrail, Name: name };
      const reading = observed(declared, { IsLogging: !broken });
      const drift = [{ field: 'IsLogging' as const, declared: true, found: false }];
      const nudge = readEvent(eventOf(eventName, request, { errorCode, userIdentity }));
      const incident: Incident = {
        nudge,
        calls: [calledBy(nudge)].filter((call) => call !== undefined),
        home: { ...home, region },
        baseline: baselineOf(declared),
        config: enforcing,
        faults,
        seenAt: Date.parse('2036-11-20T23:47:11Z'),
        isFirstSight: false,
        guarded: [],
        resources: [],
        outcomes: Array.from({ length: errorCode ? 0 : trails }, (_, index) => ({
          Name: index === 0 ? name : `trail-${index}`,
          origin: 'declared',
          found: drift,
          planned: [],
          attempts: [{ repair: { kind: 'startLogging', trail: name } satisfies Repair }],
          first: reading,
          last: reading,
          remaining: broken ? drift : [],
          verifiedAt: Date.parse('2036-11-20T23:47:12Z'),
        })),
      };

      expect(reportOf(incident).subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    }),
    runs(300),
  );
}

describe('an alert can be believed', () => {
  test.each(QUOTED)('%s forges no line of it', async (_what, path, harmless, detail) => {
    const event = stopLogging(orgAuditTrail.Name, detail);
    const honest = await alertOf(replaced(event, path, harmless));
    await fc.assert(
      fc.asyncProperty(path.at(-1) === 'name' ? noName : hostile, async (evil) => {
        const { subject, bodies, attributes } = await alertOf(replaced(event, path, evil));
        const body = bodies.email;

        expect(skeleton(body)).toEqual(skeleton(honest.bodies.email));
        expect(body).not.toMatch(/[^\n\P{C}]|[\u2028\u2029]/u);
        expect(body).not.toContain('https://phish.example');
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAIL_BYTES);
        expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
        for (const value of Object.values(attributes)) expect(value).toMatch(/^[^\p{C}]+$/u);
      }),
      runs(60),
    );
  });

  test('its subject is 1 to 99 printable ASCII characters, whatever happened, wherever', () => {
    expectSubject(fc.constant(''), fc.constantFrom<Error[]>([], [new Error('a fault')]));
    expectSubject(fc.constant('AccessDenied'), fc.constant([]));
  });

  test('its subject is as short where a refused attempt meets a faulty configuration', () => {
    expectSubject(fc.constant('AccessDenied'), fc.constant([new Error('a fault')]));
  });

  test('nothing that somebody wrote into the live trail forges a line of it', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, async (one, other) => {
        const trails = new FakeTrails(orgAuditTrail);
        trails.tamper({ kind: 'updateTrail', trail: orgAuditTrail.Name, settings: { S3KeyPrefix: one } });
        trails.tamper({ kind: 'addTags', trail: orgAuditTrail.Name, tags: [{ Key: one, Value: other }] });
        trails.tamper({
          kind: 'putEventSelectors',
          trail: orgAuditTrail.Name,
          selectors: {
            AdvancedEventSelectors: [{ Name: one, FieldSelectors: [{ Field: one, Equals: [other] }] }],
          },
        });
        trails.undeliverable(orgAuditTrail.Name, one);
        trails.refuse('updateTrail', Object.assign(new Error(other), { name: 'KmsException' }));
        const guard = guardOf({ trails });
        await heal(eventOf('UpdateTrail', null), guard).catch(() => undefined);
        const body = guard.alerts.sent[0]?.bodies.email ?? '';

        expect(body).not.toMatch(/[^\n\P{C}]|[\u2028\u2029]/u);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAIL_BYTES);
        expect(body.split('\n')).not.toContain('Still broken: nothing.');
        expect(body.split('\n')).not.toContain('Next: nothing to do.');
        expect(body).not.toContain('https://phish.example');
      }),
      runs(100),
    );
  });
});
