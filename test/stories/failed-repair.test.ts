import { FakeClock, FakeTrails, guardOf, heal, textOf } from '../fakes/trails.ts';
import { baselineOf, dataTrail, deleteTrail, eventOf, orgAuditTrail, stopLogging } from '../fakes/samples.ts';
import { deleted, expectWhole, failuresOf, stopped, trail, weakened } from './one-trail.ts';

describe('a repair that fails', () => {
  test('keeps no other repair from being tried, and the invocation fails with every cause', async () => {
    const trails = stopped();
    trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } });
    trails.tamper({ kind: 'removeTags', trail, tags: orgAuditTrail.TagsList });
    trails.refuse('startLogging', 'AccessDeniedException');
    trails.refuse('updateTrail', 'S3BucketDoesNotExistException');
    const guard = guardOf({ trails });
    const causes = await failuresOf(heal(stopLogging(), guard));

    expect(new Set(trails.written)).toEqual(
      new Set(['startLogging', 'updateTrail', 'putInsightSelectors', 'addTags']),
    );
    expect(causes.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['AccessDeniedException', 'S3BucketDoesNotExistException']),
    );
  });

  test('is told as broken, with what is left to do', async () => {
    const trails = weakened();
    trails.refuse('updateTrail', 'InsufficientS3BucketPolicyException');
    const guard = guardOf({ trails });
    await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guard));

    expect(guard.alerts.sent).toHaveLength(1);
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({ severity: 'critical', verdict: 'broken' });
    expect(guard.alerts.sent[0]?.subject).toContain('NOT restored');
    expect(textOf(guard.alerts.sent[0])).toContain('S3BucketName is mallorys-bucket.');
  });

  test('is not repeated within the pass', async () => {
    const trails = weakened();
    trails.refuse('updateTrail', 'AccessDeniedException');
    await failuresOf(heal(eventOf('UpdateTrail', { name: trail }), guardOf({ trails })));

    expect(trails.written).toEqual(['updateTrail']);
  });

  test.each([
    ['DeleteTrail', deleteTrail()],
    ['an event that names no trail', {}],
  ])(
    'to create the trail, even with name and bucket alone, leaves nothing else to try: %s',
    async (_what, event) => {
      const trails = deleted();
      trails.refuse('createTrail', 'S3BucketDoesNotExistException');
      const causes = await failuresOf(heal(event, guardOf({ trails })));

      expect(trails.written).toEqual(['createTrail', 'createTrail']);
      expect(trails.writes[1]).toMatchObject({
        settings: { S3BucketName: orgAuditTrail.S3BucketName },
        tags: [],
      });
      expect(causes[0]?.name).toBe('S3BucketDoesNotExistException');
    },
  );

  test('to create the trail in the five places of a Region says that they are full', async () => {
    const trails = deleted();
    for (const junk of ['junk-1', 'junk-2', 'junk-3', 'junk-4', 'junk-5'])
      trails.put({ ...dataTrail, Name: junk });
    trails.place('junk-5', 'elsewhere', '123456789012 eu-west-1');
    const guard = guardOf({ trails });
    const causes = await failuresOf(heal(deleteTrail(), guard));

    expect(causes.map(({ name }) => name)).toContain('MaximumNumberOfTrailsExceededException');
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({ severity: 'critical', verdict: 'broken' });
    expect(textOf(guard.alerts.sent[0])).toContain('delete those that you do not know');
    expect(textOf(guard.alerts.sent[0])).toContain(
      'junk-1, junk-2, junk-3, junk-4, arn:aws:cloudtrail:eu-west-1:123456789012:trail/junk-5.',
    );
  });

  test('on one trail keeps no other trail from being repaired', async () => {
    const trails = new FakeTrails(orgAuditTrail, dataTrail);
    trails.tamper({ kind: 'deleteTrail', trail });
    trails.tamper({ kind: 'stopLogging', trail: dataTrail.Name });
    trails.refuse('createTrail', 'S3BucketDoesNotExistException');
    const guard = guardOf({ trails, baseline: baselineOf(orgAuditTrail, dataTrail) });
    await failuresOf(heal({}, guard));

    expectWhole(guard, dataTrail);
  });

  test('and is repaired by the next pass is told again', async () => {
    const trails = weakened();
    trails.refuse('updateTrail', 'ConflictException');
    const guard = guardOf({ trails, deadline: new FakeClock().now() + 60_000 });
    const event = eventOf('UpdateTrail', { name: trail, s3BucketName: 'mallorys-bucket' });
    await failuresOf(heal(event, guard));
    trails.relent();
    await heal(event, guard);

    expectWhole(guard);
    expect(guard.alerts.sent.map(({ attributes }) => attributes['verdict'])).toEqual(['broken', 'restored']);
  });
});
