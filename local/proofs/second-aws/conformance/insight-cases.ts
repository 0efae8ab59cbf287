import {
  type CloudTrailClient,
  GetEventConfigurationCommand,
  GetInsightSelectorsCommand,
  type InsightSelector,
  PutEventConfigurationCommand,
  PutInsightSelectorsCommand,
  StartLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { api, type TrailCase, guide, refused, TRAIL } from './trail-case.ts';

const CALLS: InsightSelector = { InsightType: 'ApiCallRateInsight', EventCategories: ['Management'] };
const ERRORS: InsightSelector = { InsightType: 'ApiErrorRateInsight', EventCategories: ['Management'] };

const putInsights = (client: CloudTrailClient, InsightSelectors: InsightSelector[], TrailName = TRAIL) =>
  client.send(new PutInsightSelectorsCommand({ TrailName, InsightSelectors }));

const insights = async (client: CloudTrailClient, TrailName = TRAIL) =>
  (await client.send(new GetInsightSelectorsCommand({ TrailName }))).InsightSelectors;

const insightsAfter = (what: string, documented: unknown, page: string, ...sets: InsightSelector[][]) => ({
  operation: 'PutInsightSelectors',
  what,
  documented,
  page,
  run: async (here: CloudTrailClient) => {
    await here.send(new StartLoggingCommand({ Name: TRAIL }));
    for (const set of sets) await putInsights(here, set);
    return insights(here);
  },
});

/** PutInsightSelectors and GetInsightSelectors. */
export const INSIGHT_CASES: readonly TrailCase[] = [
  insightsAfter('are read as they were put', [CALLS, ERRORS], api('PutInsightSelectors'), [CALLS, ERRORS]),
  insightsAfter(
    'none switches Insights off',
    'InsightNotEnabledException',
    guide('cloudtrail-additional-cli-commands'),
    [CALLS],
    [],
  ),
  refused('PutInsightSelectors', 'a type that does not exist', 'InvalidInsightSelectorsException', (here) =>
    putInsights(here, [{ InsightType: 'NoInsight' as 'ApiCallRateInsight' }]),
  ),
  refused('PutInsightSelectors', 'no such trail', 'TrailNotFoundException', (here) =>
    putInsights(here, [CALLS], 'no-such-trail'),
  ),
  refused('GetInsightSelectors', 'a trail without Insights', 'InsightNotEnabledException', (here) =>
    insights(here),
  ),
  refused('GetInsightSelectors', 'no such trail', 'TrailNotFoundException', (here) =>
    insights(here, 'no-such-trail'),
  ),
];

const putAggregation = (client: CloudTrailClient, TrailName = TRAIL) =>
  client.send(
    new PutEventConfigurationCommand({
      TrailName,
      AggregationConfigurations: [{ EventCategory: 'Data', Templates: ['API_ACTIVITY'] }],
    }),
  );

const aggregation = async (client: CloudTrailClient, TrailName = TRAIL) =>
  (await client.send(new GetEventConfigurationCommand({ TrailName }))).AggregationConfigurations;

/** PutEventConfiguration and GetEventConfiguration. */
export const CONFIGURATION_CASES: readonly TrailCase[] = [
  {
    operation: 'PutEventConfiguration',
    what: 'is read as it was put',
    documented: [{ EventCategory: 'Data', Templates: ['API_ACTIVITY'] }],
    page: api('PutEventConfiguration'),
    run: async (here) => {
      await putAggregation(here);
      return aggregation(here);
    },
  },
  refused('PutEventConfiguration', 'no such trail', 'TrailNotFoundException', (here) =>
    putAggregation(here, 'no-such-trail'),
  ),
  refused('GetEventConfiguration', 'no such trail', 'TrailNotFoundException', (here) =>
    aggregation(here, 'no-such-trail'),
  ),
];
