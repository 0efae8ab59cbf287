import fc from './fast-check.ts';
import { heal } from '../fakes/trails.ts';
import { calledBy, readEvent } from '../../src/record/trigger.ts';
import { isRestoration } from '../../src/record/restoration.ts';
import { TAMPERINGS } from '../../src/kinds/trail/tamperings.ts';
import { declaredAs, guardOf } from '../fakes/trails.ts';
import { baselineOf, deleteTrail, eventOf, home, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { type Tampering, tamperedWith } from './arbitrary-tampering.ts';
import { hostile, replaced } from './hostile.ts';
import { runs } from './runs.ts';

/** Refused calls have changed nothing, and are the only ones that may leave a drifted trail as it is. */
function isRefusal(event: unknown): boolean {
  const detail = (event as { detail?: { errorCode?: unknown; eventName?: unknown } } | null | undefined)
    ?.detail;
  return (
    typeof detail?.errorCode === 'string' &&
    detail.errorCode !== '' &&
    typeof detail.eventName === 'string' &&
    Object.hasOwn(TAMPERINGS, detail.eventName)
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
    runs(400),
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

/** Anything that could be delivered: noise, and real events in which anything is replaced, texts by hostile ones. */
const anyEvent = fc.oneof(
  fc.anything(),
  mutatedEvent,
  fc
    .tuple(realEvent, fc.constantFrom(...PLACES), hostile)
    .map(([event, path, text]) => replaced(event, path, text)),
  fc.record({
    source: fc.constantFrom('aws.guardduty', 'aws.securityhub', 'aws.config', 'aws.events', 'constructor'),
    detail: fc.jsonValue(),
  }),
  fc.record({ detail: fc.record({ eventName: fc.constantFrom('__proto__', 'constructor', 'toString') }) }),
);

describe('reading an event', () => {
  test('never throws, and trusts no name or time that could not be one', () => {
    fc.assert(
      fc.property(anyEvent, (event) => {
        const call = calledBy(readEvent(event));

        expect(Object.keys(TAMPERINGS)).toContain(call?.eventName ?? 'StopLogging');
        expect(call?.trail?.Name ?? 'abc').toMatch(/^[A-Za-z0-9._-]{3,128}$/);
        expect(Date.parse(call?.time ?? '2026-11-20T23:47:12Z')).not.toBeNaN();
        expect(call?.actor.name).not.toBe('');
      }),
      runs(1000),
    );
  });

  test('and asking whether its call is a restoration never throws', () => {
    const request = fc.record(
      {
        name: fc.constant(orgAuditTrail.Name),
        tagsList: fc.anything(),
        eventSelectors: fc.anything(),
        s3BucketName: fc.anything(),
      },
      { requiredKeys: ['name'] },
    );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(TAMPERINGS)), request, (eventName, parameters) => {
        const call = calledBy(readEvent(eventOf(eventName, parameters)));

        expect(call && isRestoration(call, baselineOf(orgAuditTrail), home)).toEqual(expect.any(Boolean));
      }),
      runs(300),
    );
  });
});
