import {
  type CloudTrailClient,
  DescribeTrailsCommand,
  GetEventConfigurationCommand,
  GetEventSelectorsCommand,
  GetInsightSelectorsCommand,
  GetTrailStatusCommand,
  ListTagsCommand,
  type Trail,
} from '@aws-sdk/client-cloudtrail';
import type { Snapshot } from '../../drill/drill.ts';

async function insightsOf(client: CloudTrailClient, TrailName: string | undefined) {
  try {
    return (await client.send(new GetInsightSelectorsCommand({ TrailName }))).InsightSelectors ?? [];
  } catch (error) {
    if (error instanceof Error && error.name === 'InsightNotEnabledException') return [];
    throw error;
  }
}

async function whole(client: CloudTrailClient, trail: Trail): Promise<unknown> {
  const { TrailARN = '', Name } = trail;
  const [status, selectors, insights, configuration, tags] = await Promise.all([
    client.send(new GetTrailStatusCommand({ Name: TrailARN })),
    client.send(new GetEventSelectorsCommand({ TrailName: TrailARN })),
    insightsOf(client, Name),
    client.send(new GetEventConfigurationCommand({ TrailName: TrailARN })),
    client.send(new ListTagsCommand({ ResourceIdList: [TrailARN] })),
  ]);
  const all = {
    ...trail,
    // A topic may be given by name or by ARN, and this tells only which it was.
    SnsTopicName: undefined,
    IsLogging: status.IsLogging,
    EventSelectors: selectors.EventSelectors?.length ? selectors.EventSelectors : undefined,
    AdvancedEventSelectors: selectors.AdvancedEventSelectors?.length
      ? selectors.AdvancedEventSelectors
      : undefined,
    InsightSelectors: insights,
    AggregationConfigurations: configuration.AggregationConfigurations ?? [],
    TagsList: (tags.ResourceTagList?.[0]?.TagsList ?? []).toSorted((a, b) =>
      (a.Key ?? '') < (b.Key ?? '') ? -1 : 1,
    ),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The whole state of the trails, as nothing but the API tells it. */
export async function readTrails(client: CloudTrailClient): Promise<Snapshot> {
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: false }));
  const byName = trailList.toSorted((a, b) => ((a.Name ?? '') < (b.Name ?? '') ? -1 : 1));
  // The embedded AWS tells the same fields under the same names.
  return (await Promise.all(byName.map((trail) => whole(client, trail)))) as Snapshot;
}
