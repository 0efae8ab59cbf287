import { CloudTrailClient, StopLoggingCommand } from '@aws-sdk/client-cloudtrail';
import { EventBridge } from '@aws-sdk/client-eventbridge';
import { Lambda } from '@aws-sdk/client-lambda';
import { Scheduler } from '@aws-sdk/client-scheduler';
import { assumedRole } from '../../local/aws/iam/principal.ts';
import { mailsIn } from '../../local/drill/drill.ts';
import { AUDIT_TRAIL } from '../../local/drill/estate.ts';
import { onSelfGuardingRange, sweep } from '../local/drill/on-range.ts';
import { clientOf } from '../local/aws/small-stack.ts';

type Config = ReturnType<typeof clientOf>;

const RULE = 'trailkeeper-drill-heal-rule-1';
const HEAL = 'trailkeeper-drill-heal';
const TELL = 'trailkeeper-drill-tell';
const SWEEP = 'trailkeeper-drill-watch-sweep';

/** One blow on the guard: how it is told, and what shows that it was undone. */
const BLOWS: readonly (readonly [
  what: string,
  told: RegExp,
  strike: (by: Config) => Promise<unknown>,
  undone: (by: Config) => Promise<boolean>,
])[] = [
  [
    'what tell reads filtered away',
    /function trailkeeper-drill-tell /,
    async (by) => {
      const lambda = new Lambda(by);
      const { EventSourceMappings: [source] = [] } = await lambda.listEventSourceMappings({
        FunctionName: TELL,
      });
      const FilterCriteria = { Filters: [{ Pattern: '{"body":["nothing"]}' }] };
      await lambda.updateEventSourceMapping({ UUID: source?.UUID, FilterCriteria });
    },
    async (by) => {
      const { EventSourceMappings: [source] = [] } = await new Lambda(by).listEventSourceMappings({
        FunctionName: TELL,
      });
      return source !== undefined && (source.FilterCriteria?.Filters ?? []).length === 0;
    },
  ],
  [
    "heal's variables encrypted by a key of hers, heal named in another way",
    /function trailkeeper-drill-heal /,
    (by) =>
      new Lambda(by).updateFunctionConfiguration({
        FunctionName: `function:${HEAL}`,
        KMSKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0f0f0f0f-0000-4000-8000-00000000000f',
      }),
    async (by) =>
      (await new Lambda(by).getFunctionConfiguration({ FunctionName: HEAL })).KMSKeyArn === undefined,
  ],
  [
    'the schedule of watch ended long ago',
    /schedule trailkeeper-drill-watch-sweep /,
    async (by) => {
      const scheduler = new Scheduler(by);
      const { ScheduleExpression, FlexibleTimeWindow, Target } = await scheduler.getSchedule({ Name: SWEEP });
      const EndDate = new Date('2020-01-01T00:00:00Z');
      await scheduler.updateSchedule({
        Name: SWEEP,
        ScheduleExpression,
        FlexibleTimeWindow,
        Target,
        EndDate,
      });
    },
    async (by) => (await new Scheduler(by).getSchedule({ Name: SWEEP })).EndDate === undefined,
  ],
];

test('blows on each function, then the trail stopped: all of it comes back within a sweep, and each is told as critical', () =>
  onSelfGuardingRange(async ({ aws }) => {
    const by = clientOf(aws, { userIdentity: assumedRole(aws.account, 'Admin', 'mallory') });
    for (const [, , strike] of BLOWS) await strike(by);
    await new CloudTrailClient(by).send(new StopLoggingCommand({ Name: AUDIT_TRAIL }));
    await aws.idle();
    await sweep({ aws });
    await sweep({ aws });
    expect(aws.trails().find(({ Name }) => Name === AUDIT_TRAIL)?.IsLogging).toBe(true);
    const mails = mailsIn(aws).map(({ subject, body }) => ({ subject, text: body.replaceAll(/\s+/g, ' ') }));
    for (const [what, told, , undone] of BLOWS) {
      expect([what, await undone(by)]).toEqual([what, true]);
      const telling = mails.filter(({ text }) => told.test(text));
      expect([what, telling.length > 0]).toEqual([what, true]);
      expect(telling.filter(({ subject }) => !subject.startsWith('[CRITICAL]'))).toEqual([]);
    }
  }));

test('who disables the rules that would tell of it, in the dark, is named by the Event history', () =>
  onSelfGuardingRange(async ({ aws }) => {
    const by = clientOf(aws, { userIdentity: assumedRole(aws.account, 'Admin', 'mallory') });
    const rules = new EventBridge(by);
    aws.muteEventBridge(true);
    await rules.disableRule({ Name: RULE });
    await sweep({ aws });
    expect((await rules.describeRule({ Name: RULE })).State).toBe('ENABLED');
    const mails = mailsIn(aws);
    const named = mails.filter(({ subject }) =>
      /^\[CRITICAL\] rule trailk.* disabled by mallor/.test(subject),
    );
    expect(named).not.toEqual([]);
    // Nothing else is found wrong, and nothing else is written.
    expect(mails.map(({ body }) => body).join()).not.toContain('role trailkeeper');
  }));
