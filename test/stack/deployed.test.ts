import { readFileSync } from 'node:fs';
import {
  CreateTrailCommand,
  DeleteTrailCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import type { EventEnvelope } from '../../local/aws/cloudtrail/cloudtrail-record.ts';
import { differences, openRange } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { onRange, subjects, writesOfTheGuard } from '../local/drill/on-range.ts';
import { packageOf } from '../packages/packages.ts';

type Sample = EventEnvelope & { readonly detail: { readonly userIdentity: object } };

function sample(name: string): Sample {
  return JSON.parse(readFileSync(`events/${name}.json`, 'utf8')) as Sample;
}

const stop = new StopLoggingCommand({ Name: AUDIT_TRAIL });
const redirect = new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' });

describe.each([
  ['twice', 2],
  ['for a whole invocation', 7],
])('when SNS fails %s', (_, times) => {
  test(
    'the trail is restored and the alert arrives all the same, once',
    () =>
      onRange('drill', async (range) => {
        const before = range.aws.trails();
        range.aws.fail('Publish', 'InternalErrorException', times);
        await range.mallory.send(redirect);
        await range.aws.idle();
        expect(differences(before, range.aws.trails())).toEqual([]);
        expect(subjects(range)).toEqual([
          expect.stringMatching(/^\[HIGH\] org-audit-trail changed by mallory/),
        ]);
        expect(range.aws.queued).toEqual([]);
      }),
    30_000,
  );
});

test(
  'when a repair is refused, the alert says what is broken, and the event is kept in the queue',
  () =>
    onRange('drill', async (range) => {
      await range.mallory.send(redirect);
      range.aws.fail('UpdateTrail', 'AccessDeniedException', 100);
      await range.aws.idle();
      const message = range.aws.messages.find(({ subject }) => subject?.includes('mallory'));
      expect(message?.subject).toMatch(/^\[CRITICAL\] org-audit-trail changed by mallory, NOT restored/);
      expect(message?.message).toContain('org-audit-trail: S3BucketName is mallory-bucket.');
      expect(message?.message).toContain("To do: the guard's role was refused");
      expect(range.aws.queued).toHaveLength(1);
    }),
  60_000,
);

test('a refused attempt causes no write, and one alert of low severity with actor and address', () =>
  onRange('drill', async (range) => {
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
  onRange('drill', async (range) => {
    range.aws.putEvent(sample('UpdateTrail'));
    await range.aws.idle();
    range.aws.putEvent(sample('UpdateTrail'));
    await range.aws.idle();
    expect(subjects(range)).toEqual([expect.stringMatching(/changed by mallory, whole already/)]);
    expect(writesOfTheGuard(range)).toEqual([]);
  }));

test("a tampering with the guard's own role is healed and told like any other", () =>
  onRange('drill', async (range) => {
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

test.each([
  ['nothing', {}],
  ['null', null],
  ['a string', 'StopLogging'],
  ['a detail that is a list', { detail: [] }],
  ['a name that is a number', { detail: { eventName: 'StopLogging', requestParameters: { name: 7 } } }],
  ['256 KB', { detail: { eventName: 'x'.repeat(256 * 1024) } }],
])('an event that is %s heals every declared trail', (_, event) =>
  onRange('drill', async (range) => {
    const before = range.aws.trails();
    range.aws.muteEventBridge(true);
    await range.mallory.send(redirect);
    await range.mallory.send(stop);
    await range.aws.invoke('trailkeeper-drill-heal', event);
    expect(differences(before, range.aws.trails())).toEqual([]);
    expect(range.aws.messages).toHaveLength(1);
  }),
);

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

  test(
    "rebuilds a deleted organisation's trail as far as its rights go, and says what is missing",
    () =>
      onRange('undeclared', async (range) => {
        await range.mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
        await range.aws.idle();
        expect(range.aws.trails().find(({ Name }) => Name === AUDIT_TRAIL)).toMatchObject({
          IsLogging: true,
          IsMultiRegionTrail: true,
          IsOrganizationTrail: false,
        });
        const message = range.aws.messages.find(({ subject }) => subject?.includes('mallory'));
        expect(message?.subject).toMatch(/deleted by mallory, restored/);
        expect(message?.message).toContain('for this account only and without CloudWatch Logs');
      }),
    30_000,
  );

  test('cannot restore a trail that the Event history does not know, and says so', () =>
    onRange('undeclared', async (range) => {
      range.aws.fail('LookupEvents', 'AccessDeniedException', 100);
      await range.mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
      await range.aws.idle();
      expect(subjects(range)).toEqual([expect.stringMatching(/deleted by mallory, cannot be restored/)]);
      expect(writesOfTheGuard(range)).toEqual([]);
    }));

  test("leaves another team's trail alone when it is changed", () =>
    onRange('undeclared', async (range) => {
      await range.mallory.send(redirect);
      await range.aws.idle();
      expect(subjects(range)).toEqual([expect.stringMatching(/^\[LOW\] org-audit-trail changed by mallory/)]);
      expect(writesOfTheGuard(range)).toEqual([]);
    }));
});

test('a stopped trail that the baseline of other trails does not declare is started', () =>
  onRange('drill', async (range) => {
    await range.alice.send(
      new CreateTrailCommand({ Name: 'another-teams-trail', S3BucketName: 'another-bucket' }),
    );
    await range.alice.send(new StartLoggingCommand({ Name: 'another-teams-trail' }));
    await range.aws.idle();
    range.aws.forget();
    await range.mallory.send(new StopLoggingCommand({ Name: 'another-teams-trail' }));
    await range.aws.idle();
    expect(range.aws.trails().every(({ IsLogging }) => IsLogging)).toBe(true);
    expect(subjects(range)).toEqual([
      expect.stringMatching(/^\[CRITICAL\] another-teams-trail stopped by mallory, restored/),
    ]);
  }));

test.each([
  ['KMS key', 'InsufficientEncryptionPolicyException', 'KmsKeyId'],
  ['topic', 'InsufficientSnsTopicPolicyException', 'SnsTopicName'],
  ['log group', 'InvalidCloudWatchLogsLogGroupArnException', 'CloudWatchLogsLogGroupArn'],
])(
  'a deleted trail whose %s is broken comes back without it, logging, and the alert says so',
  (_, error, field) =>
    onRange('drill', async (range) => {
      range.aws.fail('CreateTrail', error);
      range.aws.fail('UpdateTrail', error, 100);
      await range.mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
      await range.aws.idle();
      const trail = range.aws.trails().find(({ Name }) => Name === AUDIT_TRAIL);
      expect(trail).toMatchObject({ IsLogging: true, IsMultiRegionTrail: true });
      expect(trail).not.toHaveProperty(field);
      expect(range.aws.messages[0]?.subject).toMatch(/^\[CRITICAL\] .* NOT restored/);
      expect(range.aws.messages[0]?.message).toContain(`${field} is none.`);
    }),
  60_000,
);

test("CloudTrail's limit of one change a second is waited for", async () => {
  const range = await openRange({ latencyMs: 0, directory: packageOf('drill'), throttle: true });
  try {
    const before = range.aws.trails();
    await range.mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
    await range.aws.idle();
    expect(differences(before, range.aws.trails())).toEqual([]);
    expect(range.aws.queued).toEqual([]);
  } finally {
    await range.close();
  }
}, 60_000);
