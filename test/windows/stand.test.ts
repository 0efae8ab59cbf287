import type { ChangeWindow } from '../../src/kinds/change-window.ts';
import { drift } from '../../src/kinds/trail/drift.ts';
import type { ObservedTrail, TrailState } from '../../src/kinds/trail/observed.ts';
import type { DeclaredResource } from '../../src/kinds/resource.ts';
import { type Call, readCall } from '../../src/record/call.ts';
import { excusable, excusableOn, settersOf, settersOn, stands } from '../../src/windows/stand.ts';
import { allManagementEvents, eventOf, mallory, observed, orgAuditTrail } from '../fakes/samples.ts';

const [management, data] = orgAuditTrail.AdvancedEventSelectors ?? [];
if (!management || !data) throw new Error('the sample has two selectors');

const reads = { Field: 'readOnly', Equals: ['true'] };

describe('a window may let stand', () => {
  const cases: [string, TrailState, Partial<Omit<ObservedTrail, 'state'>>, string[]][] = [
    ['another bucket', { S3BucketName: 'new-logs' }, {}, ['S3BucketName']],
    ['no key', { KmsKeyId: undefined }, {}, ['KmsKeyId']],
    ['fewer data events', { AdvancedEventSelectors: [management] }, {}, ['AdvancedEventSelectors']],
    ['tags', { TagsList: [] }, {}, ['TagsList']],
    ['no Insights', { InsightSelectors: [] }, {}, ['InsightSelectors']],
    ['never a stopped trail', { IsLogging: false }, {}, []],
    ['never one Region only', { IsMultiRegionTrail: false }, {}, []],
    ['never no global services', { IncludeGlobalServiceEvents: false }, {}, []],
    ['never no management events', { AdvancedEventSelectors: [data] }, {}, []],
    [
      'never readings only',
      { AdvancedEventSelectors: [{ ...management, FieldSelectors: [...management.FieldSelectors, reads] }] },
      {},
      [],
    ],
    [
      'never a service left out',
      {
        AdvancedEventSelectors: undefined,
        EventSelectors: [{ ...allManagementEvents, ExcludeManagementEventSources: ['kms.amazonaws.com'] }],
      },
      {},
      [],
    ],
    [
      'of a stopped trail what else was changed',
      { IsLogging: false, S3BucketName: 'new-logs' },
      {},
      ['S3BucketName'],
    ],
    ['nothing of a trail that is gone', { S3BucketName: 'new-logs' }, { standing: 'missing' }, []],
  ];
  test.each(cases)('%s', (_what, state, reading, expected) => {
    const seen = observed(orgAuditTrail, state, reading);
    expect(excusable(orgAuditTrail, seen, drift(orgAuditTrail, seen)).map(({ field }) => field)).toEqual(
      expected,
    );
  });

  const key: DeclaredResource = {
    kind: 'key',
    name: 'arn:aws:kms:us-east-1:123456789012:key/1b2c3d4e-0000-4000-8000-000000000001',
    purpose: 'delivery',
    watch: 'enforce',
    trails: ['org-audit-trail'],
    fields: {},
  };
  const found = ['KeyState', 'Policy', 'KeyRotationEnabled', 'standing'].map((field) => ({
    field,
    declared: 1,
    found: 2,
  }));
  test('of a key its rotation, but neither that it is disabled or gone, nor its policy', () => {
    expect(excusableOn(key, found).map(({ field }) => field)).toEqual(['KeyRotationEnabled']);
  });
  test('nothing of the guard itself', () => {
    expect(excusableOn({ ...key, purpose: 'guard' }, found)).toEqual([]);
  });
  test('and asks for the calls that may have set it', () => {
    expect(settersOf('S3BucketName')).toEqual(['UpdateTrail', 'CreateTrail']);
    expect(settersOf('EventSelectors')).toEqual(['PutEventSelectors', 'CreateTrail']);
    expect(settersOn(key, 'KeyRotationEnabled')).toEqual(['EnableKeyRotation', 'DisableKeyRotation']);
  });
});

const window: ChangeWindow = {
  id: 'f020fe75',
  kind: 'trail',
  name: 'org-audit-trail',
  actor: 'arn:aws:iam::123456789012:role/Deploy',
  reason: 'CHG-4711',
  from: Date.parse('2026-11-20T12:00:00Z'),
  until: Date.parse('2026-11-20T14:00:00Z'),
};

const deploy = {
  type: 'AssumedRole',
  sessionContext: { sessionIssuer: { arn: 'arn:aws:iam::123456789012:role/Deploy' } },
};

function call(
  time: string | undefined,
  by: object,
  request: object = { s3BucketName: 'x' },
  name = 'UpdateTrail',
): Call {
  const { detail } = eventOf(
    name,
    { name: 'org-audit-trail', ...request },
    {
      userIdentity: by,
      eventTime: time === undefined ? undefined : `2026-11-20T${time}Z`,
    },
  );
  const read = readCall(detail);
  if (!read) throw new Error('the sample is no call');
  return read.call;
}

describe('the bucket', () => {
  const early = { kmsKeyId: '' };
  test.each<[string, Call[], boolean]>([
    ['stands when nobody is known yet to have set it', [], true],
    ['stands when the principal set it', [call('12:30:00', deploy)], true],
    [
      'stands when the principal set it after somebody else',
      [call('12:31:00', deploy), call('12:30:00', mallory)],
      true,
    ],
    [
      'stands when somebody else set something else',
      [call('12:30:00', deploy), call('12:31:00', mallory, early)],
      true,
    ],
    ['does not when somebody else set it', [call('12:30:00', mallory)], false],
    [
      'does not when somebody else set it afterwards',
      [call('12:30:00', deploy), call('12:31:00', mallory)],
      false,
    ],
    ['does not when both set it in one second', [call('12:30:00', deploy), call('12:30:00', mallory)], false],
    [
      'does not when the principal set something else, and somebody else this',
      [call('12:31:00', deploy, early), call('12:30:00', mallory)],
      false,
    ],
    [
      'does not when somebody else set nobody can say what',
      [call('12:30:00', deploy), call('12:31:00', mallory, {})],
      false,
    ],
    [
      'does not when somebody else set it nobody can say when',
      [call('12:30:00', deploy), call(undefined, mallory)],
      false,
    ],
    [
      'does not when somebody else made the trail anew',
      [call('12:30:00', deploy), call('12:31:00', mallory, {}, 'CreateTrail')],
      false,
    ],
    ['does not when the principal set it before the window', [call('11:59:00', deploy)], false],
    ['does not when somebody else set it before the window', [call('11:59:00', mallory)], false],
    ['does not when the principal set it at its end', [call('14:00:00', deploy)], false],
  ])('%s', (_what, calls, expected) => {
    expect(stands(window, 'S3BucketName', calls)).toBe(expected);
  });
});
