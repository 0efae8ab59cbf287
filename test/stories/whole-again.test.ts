import { heal } from '../fakes/trails.ts';
import type { FakeTrails } from '../fakes/trails.ts';
import { guardOf } from '../fakes/trails.ts';
import { allManagementEvents, deleteTrail, eventOf, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { ARN, deleted, expectWhole, trail, weakened } from './one-trail.ts';

describe('the trail is whole again, told once as restored, after', () => {
  const attacks: [string, (trails: FakeTrails) => void, unknown][] = [
    [
      'StopLogging',
      (trails) => {
        trails.tamper({ kind: 'stopLogging', trail });
      },
      stopLogging(),
    ],
    [
      'DeleteTrail',
      (trails) => {
        trails.tamper({ kind: 'deleteTrail', trail });
      },
      deleteTrail(),
    ],
    [
      'UpdateTrail',
      (trails) => {
        trails.tamper({
          kind: 'updateTrail',
          trail,
          settings: {
            S3BucketName: 'mallorys-bucket',
            S3KeyPrefix: '',
            KmsKeyId: 'arn:aws:kms:us-east-1:111122223333:key/0',
            SnsTopicName: '',
            CloudWatchLogsLogGroupArn: '',
            CloudWatchLogsRoleArn: '',
            EnableLogFileValidation: false,
            IsMultiRegionTrail: false,
            IncludeGlobalServiceEvents: false,
            RecursiveLogging: false,
          },
        });
      },
      eventOf('UpdateTrail', { name: trail, s3BucketName: 'mallorys-bucket' }),
    ],
    [
      'PutEventSelectors',
      (trails) => {
        const selectors = { EventSelectors: [{ ...allManagementEvents, IncludeManagementEvents: false }] };
        trails.tamper({ kind: 'putEventSelectors', trail, selectors });
      },
      eventOf('PutEventSelectors', { trailName: trail }),
    ],
    [
      'PutInsightSelectors',
      (trails) => {
        trails.tamper({ kind: 'putInsightSelectors', trail, selectors: [] });
      },
      eventOf('PutInsightSelectors', { trailName: trail, insightSelectors: [] }),
    ],
    [
      'PutEventConfiguration',
      (trails) => {
        trails.tamper({ kind: 'putEventConfiguration', trail, aggregations: [] });
      },
      eventOf('PutEventConfiguration', { trailName: trail, aggregationConfigurations: [] }),
    ],
    [
      'AddTags that fill all fifty places',
      (trails) => {
        const tags = Array.from({ length: 48 }, (_, index) => ({ Key: `junk-${index}`, Value: '' }));
        trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
        trails.tamper({ kind: 'addTags', trail, tags: [...tags, { Key: 'team', Value: 'mallory' }] });
        trails.tamper({ kind: 'addTags', trail, tags: [{ Key: 'junk-49', Value: '' }] });
      },
      eventOf('AddTags', { resourceId: ARN, tagsList: [{ key: 'junk-0', value: '' }] }),
    ],
    [
      'RemoveTags',
      (trails) => {
        trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
      },
      eventOf('RemoveTags', { resourceId: ARN, tagsList: [{ key: 'team' }] }),
    ],
    [
      'DeleteTrail and a weak trail of the same name',
      (trails) => {
        trails.tamper({ kind: 'deleteTrail', trail });
        trails.tamper({
          kind: 'createTrail',
          trail,
          settings: { S3BucketName: 'mallorys-bucket', IsMultiRegionTrail: false },
          tags: [],
        });
      },
      deleteTrail(),
    ],
    [
      'all of it at once, told by the last event only',
      (trails) => {
        trails.tamper({ kind: 'stopLogging', trail });
        trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } });
        trails.tamper({
          kind: 'putEventSelectors',
          trail,
          selectors: { EventSelectors: [allManagementEvents] },
        });
        trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
      },
      eventOf('RemoveTags', { resourceId: ARN, tagsList: [{ key: 'team' }] }),
    ],
  ];
  test.each(attacks)('%s', async (_attack, tamper, event) => {
    const guard = guardOf();
    tamper(guard.trails);
    await heal(event, guard);

    expectWhole(guard);
    expect(guard.alerts.sent.map(({ attributes }) => attributes['verdict'])).toEqual(['restored']);
  });

  test('an attack whose event cannot be understood', async () => {
    const guard = guardOf({ trails: deleted() });
    await heal({ nonsense: true }, guard);

    expectWhole(guard);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test('an attack whose event lost its parameters', async () => {
    const guard = guardOf({ trails: weakened() });
    await heal(eventOf('UpdateTrail', null), guard);

    expectWhole(guard);
  });

  test('a stop and a deletion, when the event of the stop comes first', async () => {
    const guard = guardOf({ trails: deleted() });
    await heal(stopLogging(), guard);

    expectWhole(guard);
  });

  test('a deletion, when a new trail takes a moment to be found', async () => {
    const guard = guardOf({ trails: deleted() });
    guard.trails.refuse('startLogging', 'TrailNotFoundException', (_repair, nth) => nth === 1);
    await heal(deleteTrail(), guard);

    expectWhole(guard);
  });
});
