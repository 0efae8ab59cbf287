import fc from 'fast-check';
import type { AdvancedEventSelector, EventSelector, Trail } from '../src/baseline.ts';
import { heal } from '../src/heal.ts';
import type { Incident } from '../src/incident.ts';
import { plan } from '../src/plan.ts';
import { after, type Repair } from '../src/repair.ts';
import { report } from '../src/report.ts';
import { calledBy, readEvent } from '../src/nudge.ts';
import type { ObservedTrail } from '../src/trail.ts';
import { declaredAs, FakeTrails, guardOf } from './fake-trails.ts';
import {
  allManagementEvents,
  baselineOf,
  deleteTrail,
  enforcing,
  eventOf,
  home,
  mallory,
  observed,
  orgAuditTrail,
  stopLogging,
} from './samples.ts';

const RUNS = { numRuns: 200 };

const text = (maxLength: number) => fc.string({ minLength: 1, maxLength, unit: 'grapheme' });
const id = (prefix: string) => fc.integer({ min: 0, max: 99 }).map((number) => `${prefix}-${number}`);
/** A field that may be absent. */
const maybe = <F extends string, T>(field: F, value: fc.Arbitrary<T>) =>
  fc
    .option(value, { nil: undefined })
    .map((given) => (given === undefined ? {} : { [field]: given })) as fc.Arbitrary<Partial<Record<F, T>>>;

const basicSelector: fc.Arbitrary<EventSelector> = fc.record({
  ReadWriteType: fc.constantFrom('All', 'ReadOnly', 'WriteOnly'),
  IncludeManagementEvents: fc.boolean(),
  DataResources: fc.array(
    fc.record({
      Type: fc.constantFrom('AWS::S3::Object', 'AWS::Lambda::Function', 'AWS::DynamoDB::Table'),
      Values: fc.array(id('arn:aws:s3:::bucket'), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 2 },
  ),
  ExcludeManagementEventSources: fc.subarray(['kms.amazonaws.com', 'rdsdata.amazonaws.com']),
});

const advancedSelector: fc.Arbitrary<AdvancedEventSelector> = fc.record(
  {
    Name: text(20),
    FieldSelectors: fc.array(
      fc.record(
        {
          Field: fc.constantFrom('eventCategory', 'resources.type', 'resources.ARN', 'readOnly', 'eventName'),
          Equals: fc.array(text(12), { minLength: 1, maxLength: 3 }),
          NotStartsWith: fc.array(text(12), { minLength: 1, maxLength: 2 }),
        },
        { requiredKeys: ['Field'] },
      ),
      { minLength: 1, maxLength: 3 },
    ),
  },
  { requiredKeys: ['FieldSelectors'] },
);

type Selectors = Pick<Trail, 'EventSelectors' | 'AdvancedEventSelectors'>;

const selectors = fc.oneof<fc.Arbitrary<Selectors>[]>(
  fc.array(basicSelector, { minLength: 1, maxLength: 3 }).map((EventSelectors) => ({ EventSelectors })),
  fc
    .array(advancedSelector, { minLength: 1, maxLength: 3 })
    .map((AdvancedEventSelectors) => ({ AdvancedEventSelectors })),
  fc.constant({ EventSelectors: [allManagementEvents] }),
);

const settings = fc
  .tuple(
    fc.record({
      S3BucketName: id('audit-logs'),
      EnableLogFileValidation: fc.boolean(),
      IsOrganizationTrail: fc.boolean(),
      RecursiveLogging: fc.boolean(),
    }),
    fc.constantFrom(
      { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true },
      { IsMultiRegionTrail: false, IncludeGlobalServiceEvents: true },
      { IsMultiRegionTrail: false, IncludeGlobalServiceEvents: false },
    ),
    maybe('S3KeyPrefix', text(20)),
    maybe('SnsTopicName', id('arn:aws:sns:us-east-1:123456789012:topic')),
    maybe('KmsKeyId', id('arn:aws:kms:us-east-1:123456789012:key/k')),
    fc.option(
      fc.record({
        CloudWatchLogsLogGroupArn: id('arn:aws:logs:us-east-1:123456789012:log-group:g').map(
          (group) => `${group}:*`,
        ),
        CloudWatchLogsRoleArn: id('arn:aws:iam::123456789012:role/r'),
      }),
      { nil: {} },
    ),
  )
  .map(([required, regions, prefix, topic, key, logs]) => ({
    ...required,
    ...regions,
    ...prefix,
    ...topic,
    ...key,
    ...logs,
  }));

const insights = fc.subarray([
  { InsightType: 'ApiCallRateInsight' as const, EventCategories: ['Management' as const] },
  { InsightType: 'ApiErrorRateInsight' as const, EventCategories: ['Data' as const, 'Management' as const] },
]);

const aggregations = fc.constantFrom<Trail['AggregationConfigurations']>(
  [],
  [{ EventCategory: 'Data', Templates: ['API_ACTIVITY'] }],
  [{ EventCategory: 'Data', Templates: ['RESOURCE_ACCESS', 'USER_ACTIONS'] }],
);

const tags = fc.uniqueArray(
  fc.record({ Key: fc.oneof(id('key'), text(10)), Value: fc.oneof(fc.constant(''), text(10)) }),
  { maxLength: 5, selector: ({ Key }) => Key },
);

const NAME = 'guarded-trail';

/** Any declaration that a baseline can hold. */
const declaration: fc.Arbitrary<Trail> = fc
  .tuple(settings, selectors, insights, aggregations, tags, fc.boolean())
  .map(([set, chosen, InsightSelectors, AggregationConfigurations, TagsList, IsLogging]) => ({
    Name: NAME,
    IsLogging,
    ...set,
    ...chosen,
    InsightSelectors,
    AggregationConfigurations,
    TagsList,
  }));

type Tampering = Parameters<FakeTrails['tamper']>[0];

const CLEARABLE = ['S3KeyPrefix', 'SnsTopicName', 'KmsKeyId'] as const;

/** Anything that somebody with the rights can do to the live trail. */
const tampering: fc.Arbitrary<Tampering> = fc.oneof(
  fc.constantFrom<Tampering>(
    { kind: 'stopLogging', trail: NAME },
    { kind: 'startLogging', trail: NAME },
    { kind: 'deleteTrail', trail: NAME },
  ),
  fc.tuple(settings, fc.subarray([...CLEARABLE])).map(([set, cleared]): Tampering => ({
    kind: 'updateTrail',
    trail: NAME,
    settings: { ...set, ...Object.fromEntries(cleared.map((field) => [field, ''])) },
  })),
  fc.constant<Tampering>({
    kind: 'updateTrail',
    trail: NAME,
    settings: { CloudWatchLogsLogGroupArn: '', CloudWatchLogsRoleArn: '' },
  }),
  fc
    .tuple(settings, tags)
    .map(([set, given]): Tampering => ({ kind: 'createTrail', trail: NAME, settings: set, tags: given })),
  selectors.map((chosen): Tampering => ({ kind: 'putEventSelectors', trail: NAME, selectors: chosen })),
  insights.map((chosen): Tampering => ({ kind: 'putInsightSelectors', trail: NAME, selectors: chosen })),
  aggregations.map((chosen): Tampering => ({
    kind: 'putEventConfiguration',
    trail: NAME,
    aggregations: chosen,
  })),
  tags.map((given): Tampering => ({ kind: 'addTags', trail: NAME, tags: given })),
  tags.map((given): Tampering => ({ kind: 'removeTags', trail: NAME, tags: given })),
);

const tamperings = fc.array(tampering, { maxLength: 6 });

/** Does to the trail what CloudTrail lets one do: what it refuses has no effect. */
function tamperedWith(declared: Trail, done: readonly Tampering[]): FakeTrails {
  const trails = new FakeTrails(declared);
  for (const each of done)
    try {
      trails.tamper(each);
    } catch (refusal) {
      if (!(refusal instanceof Error) || !refusal.name.endsWith('Exception')) throw refusal;
    }
  return trails;
}

/** What the live trail must show: a trail that is declared not to log may log. */
function expected(declared: Trail, trails: FakeTrails): unknown {
  return declaredAs({ ...declared, IsLogging: declared.IsLogging || trails.isLogging(NAME) === true });
}

/** An event that says nothing at all. */
const SILENT_EVENT = {};

describe('whatever somebody did to a trail', () => {
  test('healing it makes it equal to its declaration in every field', async () => {
    await fc.assert(
      fc.asyncProperty(declaration, tamperings, async (declared, done) => {
        const trails = tamperedWith(declared, done);
        await heal(SILENT_EVENT, guardOf({ trails, baseline: baselineOf(declared) }));

        expect(trails.shows(NAME)).toEqual(expected(declared, trails));
      }),
      RUNS,
    );
  });

  test('healing it again writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(declaration, tamperings, async (declared, done) => {
        const trails = tamperedWith(declared, done);
        const guard = guardOf({ trails, baseline: baselineOf(declared) });
        await heal(SILENT_EVENT, guard);
        trails.writes.splice(0);
        await heal(SILENT_EVENT, guard);

        expect(trails.writes).toEqual([]);
      }),
      RUNS,
    );
  });

  test('a plan is complete: what it leaves needs no repair, and is what CloudTrail then shows', async () => {
    await fc.assert(
      fc.asyncProperty(declaration, tamperings, async (declared, done) => {
        const trails = tamperedWith(declared, done);
        let foreseen = await trails.observe(NAME);
        for (const repair of plan(declared, foreseen)) {
          await trails.repair(repair);
          foreseen = after(repair, foreseen);
        }

        expect(plan(declared, foreseen)).toEqual([]);
        expect(comparableState(foreseen)).toEqual(comparableState(await trails.observe(NAME)));
      }),
      RUNS,
    );
  });

  test('logging is on before anything but the creation of the trail', () => {
    fc.assert(
      fc.property(declaration, tamperings, (declared, done) => {
        const trails = tamperedWith({ ...declared, IsLogging: true }, [
          ...done,
          { kind: 'stopLogging', trail: NAME },
        ]);
        const wasThere = trails.shows(NAME) !== undefined;
        const reading: ObservedTrail = wasThere
          ? { ...observed({ ...declared, IsLogging: true }), state: { IsLogging: false } }
          : { Name: NAME, standing: 'missing', state: {}, unread: {}, deliveryErrors: [] };
        const kinds = plan({ ...declared, IsLogging: true }, reading).map(({ kind }) => kind);

        expect(kinds.indexOf('startLogging')).toBe(wasThere ? 0 : 1);
      }),
      RUNS,
    );
  });

  test('monitor mode writes nothing, and plans what enforcing would do', async () => {
    await fc.assert(
      fc.asyncProperty(declaration, tamperings, async (declared, done) => {
        const config = { ...enforcing, mode: 'monitor' } as const;
        const monitored = tamperedWith(declared, done);
        const enforced = tamperedWith(declared, done);
        const baseline = baselineOf(declared);
        const incident = await heal(SILENT_EVENT, guardOf({ trails: monitored, baseline, config }));
        await heal(SILENT_EVENT, guardOf({ trails: enforced, baseline }));

        expect(monitored.writes).toEqual([]);
        expect(incident?.outcomes[0]?.planned).toEqual(enforced.writes);
      }),
      RUNS,
    );
  });
});

/** The state that a reading shows, with its lists in one order; absent and undefined are the same. */
function comparableState({ standing, state, unread }: ObservedTrail): unknown {
  return {
    standing,
    unread,
    state: Object.fromEntries(
      Object.entries(state)
        .filter(([, value]) => value !== undefined)
        .map(([field, value]) => [
          field,
          Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value,
        ]),
    ),
  };
}

test('a trail that is as declared causes no write, whatever the declaration', async () => {
  await fc.assert(
    fc.asyncProperty(declaration, async (declared) => {
      const trails = new FakeTrails(declared);
      await heal(SILENT_EVENT, guardOf({ trails, baseline: baselineOf(declared) }));

      expect(trails.writes).toEqual([]);
    }),
    RUNS,
  );
});

const KNOWN = [
  'StopLogging',
  'DeleteTrail',
  'UpdateTrail',
  'PutEventSelectors',
  'PutInsightSelectors',
  'PutEventConfiguration',
  'AddTags',
  'RemoveTags',
];

/** Refused calls have changed nothing, and are the only ones that may leave a drifted trail as it is. */
function isRefusal(event: unknown): boolean {
  const detail = (event as { detail?: { errorCode?: unknown; eventName?: unknown } } | null | undefined)
    ?.detail;
  return (
    typeof detail?.errorCode === 'string' &&
    detail.errorCode !== '' &&
    typeof detail.eventName === 'string' &&
    KNOWN.includes(detail.eventName)
  );
}

const PLACES = [
  ['detail'],
  ['id'],
  ['time'],
  ['detail', 'eventName'],
  ['detail', 'eventID'],
  ['detail', 'eventTime'],
  ['detail', 'errorCode'],
  ['detail', 'errorMessage'],
  ['detail', 'sourceIPAddress'],
  ['detail', 'userAgent'],
  ['detail', 'userIdentity'],
  ['detail', 'userIdentity', 'type'],
  ['detail', 'userIdentity', 'arn'],
  ['detail', 'userIdentity', 'sessionContext'],
  ['detail', 'userIdentity', 'sessionContext', 'sessionIssuer'],
  ['detail', 'userIdentity', 'sessionContext', 'attributes'],
  ['detail', 'requestParameters'],
  ['detail', 'requestParameters', 'name'],
  ['detail', 'requestParameters', 's3BucketName'],
  ['detail', 'requestParameters', 'trailName'],
  ['detail', 'requestParameters', 'tagsList'],
];

function replaced(value: unknown, [key, ...rest]: readonly string[], by: unknown): unknown {
  if (key === undefined) return by;
  if (typeof value !== 'object' || value === null) return value;
  const inside = Object.entries(value).find(([member]) => member === key)?.[1] as unknown;
  return { ...value, [key]: replaced(inside, rest, by) };
}

const strange = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<unknown>(
    null,
    '',
    'AWS Internal',
    'x'.repeat(10_000),
    [],
    {},
    0,
    JSON.parse('{"__proto__":{"name":"org-audit-trail"},"constructor":null,"toString":1}'),
  ),
);

const realEvent = fc.constantFrom(
  stopLogging(),
  deleteTrail(),
  eventOf('UpdateTrail', { name: orgAuditTrail.Name, s3BucketName: 'mallorys-bucket' }),
  eventOf('PutEventSelectors', {
    trailName: orgAuditTrail.Name,
    eventSelectors: [{ readWriteType: 'ReadOnly' }],
  }),
  eventOf('AddTags', {
    resourceId: 'arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail',
    tagsList: [{ key: 'protected', value: 'false' }],
  }),
  stopLogging(orgAuditTrail.Name, { errorCode: 'AccessDenied', errorMessage: 'no' }),
);

const mutatedEvent = fc
  .tuple(realEvent, fc.array(fc.tuple(fc.constantFrom(...PLACES), strange), { minLength: 1, maxLength: 4 }))
  .map(([event, changes]) =>
    changes.reduce<unknown>((changed, [path, value]) => replaced(changed, path, value), event),
  );

const stoppedOrWeakened = fc.constantFrom<Tampering>(
  { kind: 'stopLogging', trail: orgAuditTrail.Name },
  {
    kind: 'updateTrail',
    trail: orgAuditTrail.Name,
    settings: { S3BucketName: 'mallorys-bucket', KmsKeyId: '' },
  },
);

const deleted = fc.constant<Tampering>({ kind: 'deleteTrail', trail: orgAuditTrail.Name });

async function expectRepaired(events: fc.Arbitrary<unknown>, tampering: fc.Arbitrary<Tampering>) {
  await fc.assert(
    fc.asyncProperty(events, tampering, async (event, done) => {
      const trails = tamperedWith(orgAuditTrail, [done]);
      const guard = guardOf({ trails });
      await heal(event, guard);

      if (isRefusal(event)) expect(trails.writes).toEqual([]);
      else expect(trails.shows(orgAuditTrail.Name)).toEqual(declaredAs(orgAuditTrail));
      expect(guard.alerts.sent).toHaveLength(1);
    }),
    { numRuns: 400 },
  );
}

describe('no event keeps a drifted trail from being repaired, nor makes the guard fail', () => {
  test('any JSON value', async () => {
    await expectRepaired(fc.jsonValue(), fc.oneof(stoppedOrWeakened, deleted));
  });

  test('a real event in which anything is replaced', async () => {
    await expectRepaired(mutatedEvent, stoppedOrWeakened);
  });

  test('a real event in which anything is replaced, of a trail that is gone', async () => {
    await expectRepaired(mutatedEvent, deleted);
  });
});

/** Text that would be something else than text, if it could. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.constantFrom(
    '\r\nStill broken: nothing.',
    '\n\nNext: nothing to do.',
    '\u001b[2K\u001b[1A\u001b[32mwhole',
    '\u202egnp.exe\u202c',
    '\u2066\u2069\u200b\ufeff\u00ad',
    'a\u2028b\u2029c\u0085d\u000be\u000cf',
    '\u0000\u0007\u0008\u007f\u009b31m',
    '\ud800',
    '\udc00x',
    'https://phish.example/login',
    '=HYPERLINK("https://phish.example")',
    '\u{e0041}\u{e0042}',
    'x'.repeat(10_000),
    '\n'.repeat(10_000),
    '\u{1f9e8}'.repeat(5_000),
    '%0d%0aBcc: mallory@example.com',
    ' ',
    '   ',
  ),
  fc.constantFrom('\n', '\r', '\u2028', '\u001b[31m').map((evil) => `mallory${evil}Who     alice`),
);

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

const lines = (body: string): number => body.split('\n').length;

/** The subject of any alert that can be, when the event has that error code and the configuration those faults. */
function expectSubject(errorCode: fc.Arbitrary<string>, faults: fc.Arbitrary<Error[]>): void {
  const given = fc.record({
    eventName: fc.constantFrom(...KNOWN),
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
        outcomes: Array.from({ length: errorCode ? 0 : trails }, (_, index) => ({
          Name: index === 0 ? name : `trail-${index}`,
          declared: true,
          reconstructed: false,
          found: drift,
          planned: [],
          attempts: [{ repair: { kind: 'startLogging', trail: name } satisfies Repair }],
          first: reading,
          last: reading,
          remaining: broken ? drift : [],
          verifiedAt: Date.parse('2036-11-20T23:47:12Z'),
        })),
      };

      expect(report(incident).subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    }),
    { numRuns: 300 },
  );
}

describe('an alert can be believed', () => {
  test.each(QUOTED)('%s forges no line of it', async (_what, path, harmless, detail) => {
    const event = stopLogging(orgAuditTrail.Name, detail);
    const honest = await alertOf(replaced(event, path, harmless));
    await fc.assert(
      fc.asyncProperty(path.at(-1) === 'name' ? noName : hostile, async (evil) => {
        const { subject, body, attributes } = await alertOf(replaced(event, path, evil));

        expect(lines(body)).toBe(lines(honest.body));
        expect(body).not.toMatch(/[^\n\P{C}]|[\u2028\u2029]/u);
        expect(body).not.toContain('https://phish.example');
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(256 * 1024);
        expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
        for (const value of Object.values(attributes)) expect(value).toMatch(/^[^\p{C}]+$/u);
      }),
      { numRuns: 60 },
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
        const body = guard.alerts.sent[0]?.body ?? '';

        expect(body).not.toMatch(/[^\n\P{C}]|[\u2028\u2029]/u);
        expect(body.split('\n')).not.toContain('Still broken: nothing.');
        expect(body.split('\n')).not.toContain('Next: nothing to do.');
        expect(body).not.toContain('https://phish.example');
      }),
      { numRuns: 100 },
    );
  });
});
