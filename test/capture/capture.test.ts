import { CaptureError } from '../../src/capture/capture-error.ts';
import { captured } from '../../src/capture/capture.ts';
import type { ObservedTrail } from '../../src/kinds/trail/observed.ts';
import { dataTrail, home, observed, orgAuditTrail, silentAbout } from '../fakes/samples.ts';

const live = observed(orgAuditTrail);

test('tags are declared in the order of their keys, whatever the order in which they were read', () => {
  const TagsList = ['owner', 'alpha', 'pci'].map((Key) => ({ Key, Value: 'x' }));
  const { baseline } = captured(home, [{ ...live, state: { ...live.state, TagsList } }]);
  expect(baseline.Trails[0]?.TagsList.map(({ Key }) => Key)).toEqual(['alpha', 'owner', 'pci']);
});

test('an endpoint that says nothing of RecursiveLogging leaves the default', () => {
  const { baseline } = captured(home, [silentAbout('RecursiveLogging', live)]);
  expect(baseline.Trails[0]?.RecursiveLogging).toBe(true);
});

test('a trail without the optional fields is declared with none of them', () => {
  const { Name, S3BucketName, EventSelectors } = dataTrail;
  const { baseline } = captured(home, [
    { Name, standing: 'homed', state: { S3BucketName, EventSelectors }, unread: {}, deliveryErrors: [] },
  ]);

  expect(baseline.Trails).toEqual([
    {
      Name,
      S3BucketName,
      EventSelectors,
      IsLogging: false,
      IncludeGlobalServiceEvents: false,
      IsMultiRegionTrail: false,
      EnableLogFileValidation: false,
      IsOrganizationTrail: false,
      RecursiveLogging: true,
      InsightSelectors: [],
      AggregationConfigurations: [],
      TagsList: [],
    },
  ]);
});

test.each([
  ['settings', 'GetTrail'],
  ['selectors', 'GetEventSelectors'],
  ['insights', 'GetInsightSelectors'],
  ['eventConfiguration', 'GetEventConfiguration'],
  ['tags', 'ListTags'],
  ['logging', 'GetTrailStatus'],
])('whoever may not read the %s is told to grant %s', (part, action) => {
  const unreadable = { ...live, unread: { [part]: 'AccessDeniedException' } };

  expect(() => captured(home, [unreadable])).toThrow(`grant cloudtrail:${action} on `);
});

describe('nothing is captured of a trail', () => {
  test.each<[string, Partial<ObservedTrail>, string]>([
    [
      'that is gone',
      { standing: 'missing' },
      'Trail org-audit-trail was deleted while it was read: capture again',
    ],
    [
      'of the organisation',
      { standing: 'organization' },
      'Trail org-audit-trail can be changed from its home only: capture it there',
    ],
    [
      'a part of which is unread',
      { unread: { tags: 'AccessDeniedException', logging: 'TimeoutError' } },
      'Trail org-audit-trail: its tags could not be read: AccessDeniedException: grant cloudtrail:ListTags on arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail\n' +
        'Trail org-audit-trail: its logging could not be read: TimeoutError: try again',
    ],
    [
      'that records nothing under a condition',
      {
        state: {
          ...live.state,
          AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: [] }] }],
        },
      },
      'What CloudTrail shows is no valid baseline. Change the trail, then capture again:\n' +
        '  trail org-audit-trail: AdvancedEventSelectors.0.FieldSelectors.0.Equals is empty: leave the operator out',
    ],
    [
      'that no baseline can declare',
      { state: { ...live.state, S3BucketName: 'Old_Bucket', KmsKeyId: 'alias/old' } },
      'What CloudTrail shows is no valid baseline. Change the trail, then capture again:\n' +
        '  trail org-audit-trail: S3BucketName is not a bucket name: use 3 to 63 lower-case letters, digits, dots and hyphens\n' +
        '  trail org-audit-trail: KmsKeyId is not a full key ARN: aliases and bare key ids never equal what GetTrail shows',
    ],
  ])('%s', (_what, change, message) => {
    expect(() => captured(home, [{ ...live, ...change }])).toThrow(new CaptureError(message));
  });
});
