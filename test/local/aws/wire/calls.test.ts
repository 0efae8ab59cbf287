import { CloudTrailClient, CreateTrailCommand, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import { delay } from '../../../../local/aws/wire/delay.ts';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';
import { name, stop, watched } from '../cloudtrail/watched-trail.ts';
import { clientOf, deploy } from '../small-stack.ts';

test.each<[string, string, number, boolean, (string | undefined)[]]>([
  ['an error', 'ConflictException', 1, true, ['ConflictException']],
  ['a broken connection', 'reset', 1, true, ['reset']],
  ['a lost answer', 'lost', 1, false, ['lost']],
])('%s can be injected', async (_case, fault, times, logging, errors) => {
  const { aws, mallory } = await watched();
  aws.fail('StopLogging', fault, times);
  await expect(mallory.send(stop)).rejects.toThrow();
  expect(aws.trails()[0]?.IsLogging).toBe(logging);
  expect(aws.calls.map(({ error }) => error)).toEqual(errors);
});

test('the SDK overcomes injected throttling by itself', async () => {
  const { aws, alice } = await watched();
  aws.fail('StopLogging', 'ThrottlingException', 1);
  await alice.send(stop);
  expect(aws.calls.map(({ error }) => error)).toEqual(['ThrottlingException', undefined]);
});

test('with throttling on, a second change within a second is refused, ten reads are not', () =>
  inVirtualTime(async () => {
    const aws = deploy({}, undefined, { throttle: true, latencyMs: 20 });
    const mallory = new CloudTrailClient({ ...clientOf(aws), maxAttempts: 1 });
    await mallory.send(new CreateTrailCommand({ Name: name, S3BucketName: 'audit-logs' }));
    await mallory.send(stop);
    await expect(mallory.send(stop)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await Promise.all(Array.from({ length: 10 }, () => mallory.send(new DescribeTrailsCommand({}))));
    expect(aws.calls.filter(({ error }) => error)).toHaveLength(1);
    await delay(1000);
    await mallory.send(stop);
  }));

test('an unknown access key is refused', async () => {
  const { clientOf } = await watched();
  const stranger = clientOf({ accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'secret' });
  await expect(stranger.send(stop)).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
});

test('each call takes the latency that is asked for', async () => {
  const { aws, mallory } = await watched({ latencyMs: 30 });
  await mallory.send(stop);
  const [call] = aws.calls;
  expect((call?.until ?? 0) - (call?.at ?? 0)).toBeGreaterThanOrEqual(28);
});
