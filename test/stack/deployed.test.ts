import { readFileSync } from 'node:fs';
import { StopLoggingCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import type { EventEnvelope } from '../../local/aws/cloudtrail/cloudtrail-record.ts';
import { differences, openRange, type Range } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { onRange, onVirtualRange, subjects, writesOfTheGuard } from '../local/drill/on-range.ts';
import { packageOf } from '../packages/packages.ts';

type Sample = EventEnvelope & { readonly detail: { readonly userIdentity: object } };

function sample(name: string): Sample {
  return JSON.parse(readFileSync(`events/${name}.json`, 'utf8')) as Sample;
}

const stop = new StopLoggingCommand({ Name: AUDIT_TRAIL });
const redirect = new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' });

test('a refused attempt causes no write, and one alert of low severity with actor and address', () =>
  onVirtualRange('drill', async (range) => {
    range.aws.fail('StopLogging', 'AccessDeniedException');
    await expect(range.mallory.send(stop)).rejects.toThrow();
    await range.aws.idle();
    const [message] = range.aws.messages;
    expect(message?.subject).toMatch(/^\[LOW\] .*StopLogging by mallory refused/);
    expect(message?.message).toContain('198.51.100.7');
    expect(range.aws.messages).toHaveLength(1);
    expect(writesOfTheGuard(range)).toEqual([]);
  }));

test('the same event twice is told once', () =>
  onVirtualRange('drill', async (range) => {
    range.aws.putEvent(sample('UpdateTrail'));
    await range.aws.idle();
    range.aws.putEvent(sample('UpdateTrail'));
    await range.aws.idle();
    expect(subjects(range)).toEqual([expect.stringMatching(/changed by mallory, whole already/)]);
    expect(writesOfTheGuard(range)).toEqual([]);
  }));

test("a tampering with the guard's own role is healed and told like any other", () =>
  onVirtualRange('drill', async (range) => {
    const event = sample('StopLogging');
    const arn = 'arn:aws:sts::123456789012:assumed-role/trailkeeper-drill-HealRole/trailkeeper-drill-heal';
    const userIdentity = { ...event.detail.userIdentity, arn };
    range.aws.muteEventBridge(true);
    await range.mallory.send(stop);
    range.aws.putEvent({ ...event, detail: { ...event.detail, userIdentity } });
    await range.aws.idle();
    expect(range.aws.trails().every(({ IsLogging }) => IsLogging)).toBe(true);
    expect(subjects(range)).toEqual([
      expect.stringMatching(/^\[CRITICAL\] org-audit-trail stopped by trailkeeper-dri/),
    ]);
  }));

describe('every declared trail is healed by an event that is', () => {
  let range: Range;

  beforeAll(async () => {
    range = await openRange({ latencyMs: 0, directory: packageOf('drill') });
    range.aws.muteEventBridge(true);
  });

  afterAll(() => range.close());

  test.each([
    ['nothing', {}],
    ['null', null],
    ['a string', 'StopLogging'],
    ['a detail that is a list', { detail: [] }],
    ['256 KB', { detail: { eventName: 'x'.repeat(256 * 1024) } }],
    // Last: what it hides, the next look at the Event history tells.
    ['a name that is a number', { detail: { eventName: 'StopLogging', requestParameters: { name: 7 } } }],
  ])('%s', async (_, event) => {
    const before = range.aws.trails();
    range.aws.forget();
    const mallory = range.intrude().cloudTrail;
    await mallory.send(redirect);
    await mallory.send(stop);
    await range.aws.invoke('trailkeeper-drill-heal', event);
    await range.aws.idle();
    expect(differences(before, range.aws.trails())).toEqual([]);
    expect(subjects(range)).toHaveLength(1);
  });
});

describe('a stage without a baseline', () => {
  test('starts a stopped trail, and says that no more could be judged', () =>
    onRange('undeclared', async (range) => {
      await range.mallory.send(stop);
      await range.aws.idle();
      expect(range.aws.trails().every(({ IsLogging }) => IsLogging)).toBe(true);
      expect(range.aws.messages[0]?.message).toContain('is in no baseline');
      expect(range.aws.messages[0]?.message).toContain('npm run capture');
      expect(writesOfTheGuard(range).map(({ operation }) => operation)).toEqual(['StartLogging']);
    }));
});
