import type {
  AdvancedEventSelector,
  AggregationConfiguration,
  EventSelector,
  InsightSelector,
  Tag,
  Trail,
  TrailSettings,
} from './trail.ts';

/** All there is to a trail, in one plain object under AWS's own names; fields that are not set are absent. */
export interface TrailSnapshot extends TrailSettings {
  readonly Name: string;
  readonly TrailARN: string;
  readonly HomeRegion: string;
  readonly IsLogging: boolean;
  readonly EventSelectors?: readonly EventSelector[];
  readonly AdvancedEventSelectors?: readonly AdvancedEventSelector[];
  readonly InsightSelectors: readonly InsightSelector[];
  readonly AggregationConfigurations: readonly AggregationConfiguration[];
  /** In order of their keys. */
  readonly TagsList: readonly Tag[];
}

/** A copy of a trail's state; later changes do not show in it. */
export function snapshot(trail: Trail): TrailSnapshot {
  const whole: TrailSnapshot = structuredClone({
    Name: trail.name,
    TrailARN: trail.arn,
    HomeRegion: trail.homeRegion,
    ...trail.settings,
    IsLogging: trail.logging,
    ...trail.selectors,
    InsightSelectors: trail.insightSelectors,
    AggregationConfigurations: trail.aggregations,
    TagsList: trail.tags.toSorted((a, b) => (a.Key < b.Key ? -1 : 1)),
  });
  for (const [name, value] of Object.entries(whole)) {
    if (value === undefined) Reflect.deleteProperty(whole, name);
  }
  return whole;
}
