import {
  CreateTrailCommand,
  DeleteTrailCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { onVirtualRange, subjects, writesOfTheGuard } from '../local/drill/on-range.ts';

const redirect = new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' });

describe('a stage without a baseline', () => {
  test("rebuilds a deleted organisation's trail as far as its rights go, and says what is missing", () =>
    onVirtualRange('undeclared', async (range) => {
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
    }));

  test('cannot restore a trail that the Event history does not know, and says so', () =>
    onVirtualRange('undeclared', async (range) => {
      range.aws.fail('LookupEvents', 'AccessDeniedException', 100);
      await range.mallory.send(new DeleteTrailCommand({ Name: AUDIT_TRAIL }));
      await range.aws.idle();
      expect(subjects(range)).toEqual([expect.stringMatching(/deleted by mallory, cannot be restored/)]);
      expect(writesOfTheGuard(range)).toEqual([]);
    }));

  test("leaves another team's trail alone when it is changed", () =>
    onVirtualRange('undeclared', async (range) => {
      await range.mallory.send(redirect);
      await range.aws.idle();
      expect(subjects(range)).toEqual([expect.stringMatching(/^\[LOW\] org-audit-trail changed by mallory/)]);
      expect(writesOfTheGuard(range)).toEqual([]);
    }));
});

test('a stopped trail that the baseline of other trails does not declare is started', () =>
  onVirtualRange('drill', async (range) => {
    await range.alice.send(
      new CreateTrailCommand({ Name: 'another-teams-trail', S3BucketName: 'another-bucket' }),
    );
    await range.alice.send(new StartLoggingCommand({ Name: 'another-teams-trail' }));
    await range.aws.idle();
    range.aws.ageHistory(2 * 24 * 60 * 60_000);
    range.aws.forget();
    await range.mallory.send(new StopLoggingCommand({ Name: 'another-teams-trail' }));
    await range.aws.idle();
    expect(range.aws.trails().every(({ IsLogging }) => IsLogging)).toBe(true);
    expect(subjects(range)).toEqual([
      expect.stringMatching(/^\[CRITICAL\] another-teams-trail stopped by mallory, restored/),
    ]);
  }));
