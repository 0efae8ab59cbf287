import { DeleteTrailCommand, UpdateTrailCommand } from '@aws-sdk/client-cloudtrail';
import { differences } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { onVirtualRange, subjects } from '../local/drill/on-range.ts';

const redirect = new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' });

describe.each([
  ['twice', 2],
  ['for a whole invocation', 7],
])('when SNS fails %s', (_, times) => {
  test('the trail is restored and the alert arrives all the same, once', () =>
    onVirtualRange('drill', async (range) => {
      const before = range.aws.trails();
      range.aws.fail('Publish', 'InternalErrorException', times);
      await range.mallory.send(redirect);
      await range.aws.idle();
      expect(differences(before, range.aws.trails())).toEqual([]);
      expect(subjects(range)).toEqual([
        expect.stringMatching(/^\[HIGH\] org-audit-trail changed by mallory/),
      ]);
      expect(range.aws.queued).toEqual([]);
    }));
});

test('when a repair is refused, the alert says what is broken, and the event is kept in the queue', () =>
  onVirtualRange('drill', async (range) => {
    await range.mallory.send(redirect);
    range.aws.fail('UpdateTrail', 'AccessDeniedException', 100);
    await range.aws.idle();
    const message = range.aws.messages.find(({ subject }) => subject?.includes('mallory'));
    expect(message?.subject).toMatch(/^\[CRITICAL\] org-audit-trail changed by mallory, NOT restored/);
    expect(message?.message).toContain('org-audit-trail: S3BucketName is mallory-bucket.');
    expect(message?.message).toContain("To do: the guard's role was refused");
    expect(range.aws.queued).toHaveLength(1);
  }));

test.each([
  ['KMS key', 'InsufficientEncryptionPolicyException', 'KmsKeyId'],
  ['topic', 'InsufficientSnsTopicPolicyException', 'SnsTopicName'],
  ['log group', 'InvalidCloudWatchLogsLogGroupArnException', 'CloudWatchLogsLogGroupArn'],
])(
  'a deleted trail whose %s is broken comes back without it, logging, and the alert says so',
  (_, error, field) =>
    onVirtualRange('drill', async (range) => {
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
);

test("CloudTrail's limit of one change a second is waited for", () =>
  onVirtualRange(
    'drill',
    async (range) => {
      const before = range.aws.trails();
      await range.mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
      await range.aws.idle();
      expect(differences(before, range.aws.trails())).toEqual([]);
      expect(range.aws.queued).toEqual([]);
    },
    { throttle: true },
  ));
