import { guardOf, heal } from '../fakes/trails.ts';
import { deleteTrail, eventOf, guardRole, mallory, stopLogging } from '../fakes/samples.ts';
import { expectWhole, stopped, trail } from './one-trail.ts';

describe('a tampering that succeeded is told, whoever made it', () => {
  test.each([
    ['an assumed role', mallory],
    ['the role of the guard', guardRole],
    ['the root user', { type: 'Root', arn: 'arn:aws:iam::123456789012:root' }],
    ['an AWS service', { type: 'AWSService', invokedBy: 'cloudformation.amazonaws.com' }],
    ['nobody that the event names', undefined],
  ])('%s', async (_who, userIdentity) => {
    const guard = guardOf({ trails: stopped() });
    await heal(stopLogging(trail, { userIdentity }), guard);

    expectWhole(guard);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test.each([
    ['the console', 'console.amazonaws.com', '203.0.113.9'],
    ['Terraform', 'HashiCorp Terraform/1.9', '203.0.113.9'],
    ['AWS itself', 'AWS Internal', 'AWS Internal'],
  ])('from %s', async (_where, userAgent, sourceIPAddress) => {
    const guard = guardOf({ trails: stopped() });
    await heal(stopLogging(trail, { userAgent, sourceIPAddress }), guard);

    expect(guard.alerts.sent).toHaveLength(1);
  });

  test.each([
    ['stopped and started again', stopLogging()],
    ['changed and changed back', eventOf('UpdateTrail', { name: trail, s3BucketName: 'mallorys-bucket' })],
    ['deleted and created again', deleteTrail()],
  ])('although the trail is whole already: %s', async (_what, event) => {
    const guard = guardOf();
    await heal(event, guard);

    expect(guard.alerts.sent).toHaveLength(1);
  });
});
