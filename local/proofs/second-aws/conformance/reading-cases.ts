import {
  type CloudTrailClient,
  DescribeTrailsCommand,
  type DescribeTrailsCommandInput,
  GetTrailCommand,
  GetTrailStatusCommand,
  ListTrailsCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { REGION } from '../raw.ts';
import { api, arn, type TrailCase, refused, TRAIL } from './trail-case.ts';

const NO_TRAIL_ARN = 'arn:aws:s3:::no-trail';
const everywhere = { IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true };

const described = async (client: CloudTrailClient, input: DescribeTrailsCommandInput) =>
  (await client.send(new DescribeTrailsCommand(input))).trailList?.map(({ Name }) => Name);

async function flags(client: CloudTrailClient) {
  const { Trail } = await client.send(new GetTrailCommand({ Name: TRAIL }));
  return {
    HasCustomEventSelectors: Trail?.HasCustomEventSelectors,
    HasInsightSelectors: Trail?.HasInsightSelectors,
  };
}

/** GetTrail, GetTrailStatus, DescribeTrails and ListTrails. */
export const READING_CASES: readonly TrailCase[] = [
  {
    operation: 'GetTrail',
    what: 'by ARN',
    documented: TRAIL,
    page: api('GetTrail'),
    run: async (here) => (await here.send(new GetTrailCommand({ Name: arn() }))).Trail?.Name,
  },
  {
    operation: 'GetTrail',
    what: 'tells the home Region',
    documented: REGION,
    page: api('Trail'),
    run: async (here) => (await here.send(new GetTrailCommand({ Name: TRAIL }))).Trail?.HomeRegion,
  },
  {
    operation: 'GetTrail',
    what: 'a new trail has no selectors and no Insights of its own',
    documented: { HasCustomEventSelectors: false, HasInsightSelectors: false },
    page: api('Trail'),
    run: flags,
  },
  {
    operation: 'GetTrail',
    what: 'tells that selectors and Insights are there',
    documented: { HasCustomEventSelectors: true, HasInsightSelectors: true },
    page: api('Trail'),
    run: async (here) => {
      await here.send(new StartLoggingCommand({ Name: TRAIL }));
      await here.send(
        new PutEventSelectorsCommand({
          TrailName: TRAIL,
          EventSelectors: [{ ReadWriteType: 'WriteOnly', IncludeManagementEvents: true }],
        }),
      );
      await here.send(
        new PutInsightSelectorsCommand({
          TrailName: TRAIL,
          InsightSelectors: [{ InsightType: 'ApiCallRateInsight' }],
        }),
      );
      return flags(here);
    },
  },
  refused('GetTrail', 'no such trail', 'TrailNotFoundException', (here) =>
    here.send(new GetTrailCommand({ Name: 'no-such-trail' })),
  ),
  refused('GetTrail', 'an ARN that is not of a trail', 'CloudTrailARNInvalidException', (here) =>
    here.send(new GetTrailCommand({ Name: NO_TRAIL_ARN })),
  ),
  {
    operation: 'GetTrailStatus',
    what: 'tells when logging was started and stopped',
    documented: { started: true, stopped: true },
    page: api('GetTrailStatus'),
    run: async (here) => {
      await here.send(new StartLoggingCommand({ Name: TRAIL }));
      await here.send(new StopLoggingCommand({ Name: TRAIL }));
      const status = await here.send(new GetTrailStatusCommand({ Name: TRAIL }));
      return {
        started: status.StartLoggingTime instanceof Date,
        stopped: status.StopLoggingTime instanceof Date,
      };
    },
  },
  {
    operation: 'GetTrailStatus',
    what: 'by ARN, from another Region',
    documented: false,
    page: api('GetTrailStatus'),
    trail: everywhere,
    run: async (_, elsewhere) => (await elsewhere.send(new GetTrailStatusCommand({ Name: arn() }))).IsLogging,
  },
  refused(
    'GetTrailStatus',
    'by name, from another Region',
    'TrailNotFoundException',
    (_, elsewhere) => elsewhere.send(new GetTrailStatusCommand({ Name: TRAIL })),
    { trail: everywhere },
  ),
  refused('GetTrailStatus', 'no such trail', 'TrailNotFoundException', (here) =>
    here.send(new GetTrailStatusCommand({ Name: 'no-such-trail' })),
  ),
  {
    operation: 'DescribeTrails',
    what: 'only the trails that are named',
    documented: [],
    page: api('DescribeTrails'),
    run: (here) => described(here, { trailNameList: ['no-such-trail'] }),
  },
  {
    operation: 'DescribeTrails',
    what: 'a trail of all Regions, from another, without shadow trails',
    documented: [],
    page: api('DescribeTrails'),
    trail: everywhere,
    run: (_, elsewhere) => described(elsewhere, { includeShadowTrails: false }),
  },
  {
    operation: 'DescribeTrails',
    what: 'a trail of all Regions, from another, with shadow trails',
    documented: [TRAIL],
    page: api('DescribeTrails'),
    trail: everywhere,
    run: (_, elsewhere) => described(elsewhere, {}),
  },
  {
    operation: 'DescribeTrails',
    what: 'a trail of another Region, by ARN',
    documented: [TRAIL],
    page: api('DescribeTrails'),
    trail: everywhere,
    run: (_, elsewhere) => described(elsewhere, { trailNameList: [arn()] }),
  },
  {
    operation: 'DescribeTrails',
    what: 'a trail of another Region, by name',
    documented: [],
    page: api('DescribeTrails'),
    trail: everywhere,
    run: (_, elsewhere) => described(elsewhere, { trailNameList: [TRAIL] }),
  },
  {
    operation: 'DescribeTrails',
    what: 'a trail of one Region, from another',
    documented: [],
    page: api('DescribeTrails'),
    run: (_, elsewhere) => described(elsewhere, {}),
  },
  {
    operation: 'ListTrails',
    what: 'tells name, ARN and home Region',
    documented: { Name: TRAIL, TrailARN: arn(), HomeRegion: REGION },
    page: api('ListTrails'),
    run: async (here) =>
      (await here.send(new ListTrailsCommand({}))).Trails?.find(({ Name }) => Name === TRAIL),
  },
];
