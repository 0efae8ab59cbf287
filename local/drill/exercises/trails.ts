import {
  AddTagsCommand,
  type CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { A_DAY_MS, mailsIn, namesMallory, sweep } from '../drill.ts';
import { AUDIT_TRAIL, DATA_TRAIL } from '../estate.ts';
import type { VirtualRange } from '../virtual-range.ts';
import { judge, type Ordeal, wholeAgain } from '../ordeal.ts';

const TEAM_TRAIL = 'another-teams-trail';
const mark = { Key: 'mallory', Value: 'was here' };
const insights = {
  InsightSelectors: [
    { InsightType: 'ApiErrorRateInsight' as const, EventCategories: ['Management' as const] },
  ],
};
const aggregation = {
  AggregationConfigurations: [{ EventCategory: 'Data' as const, Templates: ['API_ACTIVITY' as const] }],
};

async function spoil(mallory: CloudTrailClient, TrailName: string, ResourceId: string): Promise<void> {
  await mallory.send(new StopLoggingCommand({ Name: TrailName }));
  await mallory.send(new UpdateTrailCommand({ Name: TrailName, S3BucketName: 'mallory-bucket' }));
  await mallory.send(new PutEventConfigurationCommand({ TrailName, ...aggregation }));
  await mallory.send(new PutInsightSelectorsCommand({ TrailName, ...insights }));
  await mallory.send(
    new PutEventSelectorsCommand({
      TrailName,
      EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true, DataResources: [] }],
    }),
  );
  await mallory.send(new AddTagsCommand({ ResourceId, TagsList: [mark] }));
}

/** How a function is made to look at everything. */
type Look = (range: VirtualRange) => Promise<void>;

/** Watch alone sweeps, as if heal were dead. */
const byWatchAlone: Look = async ({ aws }) => {
  aws.runSchedules('schedules');
  await aws.idle();
};

const declaredBy = (look: Look): Pick<Ordeal, 'story' | 'run'> => ({
  story: 'EventBridge is muted; Mallory changes every field of both declared trails, and later deletes them',
  run: async (range) => {
    const { aws, mallory } = range;
    const before = aws.trails();
    aws.muteEventBridge(true);
    for (const { Name, TrailARN } of before) await spoil(mallory, Name, TrailARN);
    const [audit] = before.filter(({ Name }) => Name === AUDIT_TRAIL);
    await mallory.send(
      new RemoveTagsCommand({ ResourceId: audit?.TrailARN, TagsList: [{ Key: 'owner', Value: 'security' }] }),
    );
    await look(range);
    const changed = wholeAgain(range, before, 'changed: whole after one sweep');
    for (const Name of [AUDIT_TRAIL, DATA_TRAIL]) await mallory.send(new DeleteTrailCommand({ Name }));
    await look(range);
    return judge(range, [changed, wholeAgain(range, before, 'deleted: whole after one sweep')]);
  },
});

const undeclaredBy = (look: Look): Pick<Ordeal, 'story' | 'run'> => ({
  story:
    'Mallory stops and deletes a trail that no baseline declares, and that has every field it can get back',
  run: async (range) => {
    const { aws, alice, mallory } = range;
    const TagsList = [{ Key: 'team', Value: 'another' }];
    await alice.send(new CreateTrailCommand({ Name: TEAM_TRAIL, S3BucketName: 'another-bucket', TagsList }));
    await alice.send(new StartLoggingCommand({ Name: TEAM_TRAIL }));
    await alice.send(
      new PutEventSelectorsCommand({
        TrailName: TEAM_TRAIL,
        EventSelectors: [
          {
            ReadWriteType: 'All',
            IncludeManagementEvents: true,
            DataResources: [{ Type: 'AWS::S3::Object', Values: ['arn:aws:s3'] }],
          },
        ],
      }),
    );
    await alice.send(new PutInsightSelectorsCommand({ TrailName: TEAM_TRAIL, ...insights }));
    await alice.send(new PutEventConfigurationCommand({ TrailName: TEAM_TRAIL, ...aggregation }));
    await aws.idle();
    // A trail that is new is left alone.
    aws.ageHistory(A_DAY_MS);
    aws.forget();
    const before = aws.trails();
    await mallory.send(new StopLoggingCommand({ Name: TEAM_TRAIL }));
    await look(range);
    await mallory.send(new DeleteTrailCommand({ Name: TEAM_TRAIL }));
    await look(range);
    const mails = mailsIn(aws);
    return judge(range, [
      wholeAgain(range, before, 'rebuilt from the Event history'),
      ['every mail names Mallory', mails.length > 0 && mails.every(namesMallory)],
    ]);
  },
});

const forGood: Ordeal = {
  name: 'for-good',
  story: 'Mallory redirects a trail, and every repair of it is refused',
  run: async (range) => {
    const { aws, mallory } = range;
    await mallory.send(new UpdateTrailCommand({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' }));
    aws.fail('UpdateTrail', 'AccessDeniedException', 100);
    await aws.idle();
    return judge(range, [['the event is kept in the queue of failed invocations', aws.queued.length === 1]]);
  },
};

/** What the guard does with trails: with those that are declared, with any other, and where it fails. */
export const TRAIL_EXERCISES: readonly Ordeal[] = [
  { name: 'declared', ...declaredBy(sweep) },
  { name: 'declared-by-watch', ...declaredBy(byWatchAlone) },
  { name: 'undeclared-whole', ...undeclaredBy(({ aws }) => aws.idle()) },
  {
    name: 'undeclared-by-watch',
    ...undeclaredBy(async (range) => {
      range.aws.muteEventBridge(true);
      await range.aws.idle();
      await byWatchAlone(range);
    }),
  },
  forGood,
];
