import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import { checkAdvancedSelectors, checkEventSelectors } from './selector-rules.ts';
import type { Run, Selectors, Trail } from './trail.ts';
import { changeableTrail, defaultSelectors, visibleTrail } from './trail.ts';

const onTrail = z.object({ TrailName: z.string() });

/**
 * Replaces the whole set, and one dialect the other.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
 */
export const putEventSelectors: Run = (cloud, region, input) => {
  const request = readRequest(
    onTrail.extend({
      EventSelectors: z.array(z.unknown()).optional(),
      AdvancedEventSelectors: z.array(z.unknown()).optional(),
    }),
    input,
  );
  const trail = changeableTrail(cloud, region, request.TrailName);
  const { EventSelectors: basic, AdvancedEventSelectors: advanced } = request;
  if ((basic === undefined) === (advanced === undefined)) {
    throw new AwsError(
      'InvalidEventSelectorsException',
      'Specify either EventSelectors or AdvancedEventSelectors.',
    );
  }
  const selectors: Selectors =
    advanced === undefined
      ? { EventSelectors: checkEventSelectors(basic) }
      : { AdvancedEventSelectors: checkAdvancedSelectors(advanced) };
  cloud.trails.set(trail.arn, { ...trail, selectors });
  return { TrailARN: trail.arn, ...selectors };
};

export const getEventSelectors: Run = (cloud, region, input) => {
  const trail = visibleTrail(cloud, region, readRequest(onTrail, input).TrailName);
  return { TrailARN: trail.arn, ...trail.selectors };
};

const insightSelector = z.object({
  InsightType: z.enum(['ApiCallRateInsight', 'ApiErrorRateInsight']),
  EventCategories: z.array(z.enum(['Management', 'Data'])).optional(),
});

/** Replaces the whole set; `[]` disables Insights. Insights of event data stores are left out. */
export const putInsightSelectors: Run = (cloud, region, input) => {
  const request = readRequest(
    onTrail.extend({ InsightSelectors: z.array(insightSelector) }),
    input,
    'InvalidInsightSelectorsException',
  );
  const trail = changeableTrail(cloud, region, request.TrailName);
  cloud.trails.set(trail.arn, { ...trail, insightSelectors: request.InsightSelectors });
  return { TrailARN: trail.arn, InsightSelectors: request.InsightSelectors };
};

/**
 * Throws `InsightNotEnabledException` when there are none.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html
 */
export const getInsightSelectors: Run = (cloud, region, input) => {
  const trail = visibleTrail(cloud, region, readRequest(onTrail, input).TrailName);
  if (trail.insightSelectors.length > 0) {
    return { TrailARN: trail.arn, InsightSelectors: trail.insightSelectors };
  }
  throw new AwsError('InsightNotEnabledException', `Trail ${trail.arn} does not have Insights enabled.`);
};

const aggregation = z.object({
  Templates: z.array(z.enum(['API_ACTIVITY', 'RESOURCE_ACCESS', 'USER_ACTIONS'])).min(1),
  EventCategory: z.literal('Data'),
});

/** Replaces the trail's aggregation of data events, at most one configuration. Event data stores are left out. */
export const putEventConfiguration: Run = (cloud, region, input) => {
  const request = readRequest(
    onTrail.extend({ AggregationConfigurations: z.array(aggregation).max(1).optional() }),
    input,
    'InvalidParameterException',
  );
  const trail = changeableTrail(cloud, region, request.TrailName);
  const aggregations = request.AggregationConfigurations ?? trail.aggregations;
  cloud.trails.set(trail.arn, { ...trail, aggregations });
  return { TrailARN: trail.arn, AggregationConfigurations: aggregations };
};

export const getEventConfiguration: Run = (cloud, region, input) => {
  const trail = visibleTrail(cloud, region, readRequest(onTrail, input).TrailName);
  return { TrailARN: trail.arn, AggregationConfigurations: trail.aggregations };
};

/** The two flags of a Trail that hint at selectors without showing them. */
export function selectorFlags(trail: Trail): object {
  return {
    HasCustomEventSelectors: !isDeepStrictEqual(trail.selectors, defaultSelectors),
    HasInsightSelectors: trail.insightSelectors.length > 0,
  };
}

/**
 * Whether a trail records write management events, CloudTrail's own among them. Only then can such calls reach
 * EventBridge.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-aws-service-specific-topics.html
 */
export function recordsWrites(trail: Trail): boolean {
  if (!trail.logging) return false;
  if ('EventSelectors' in trail.selectors) {
    return trail.selectors.EventSelectors.some(
      (selector) => selector.IncludeManagementEvents && selector.ReadWriteType !== 'ReadOnly',
    );
  }
  return trail.selectors.AdvancedEventSelectors.some(({ FieldSelectors }) => {
    const field = (name: string) => FieldSelectors.find((selector) => selector.Field === name);
    const readOnly = field('readOnly');
    return (
      field('eventCategory')?.Equals?.includes('Management') === true &&
      (readOnly === undefined || readOnly.Equals?.includes('false') === true)
    );
  });
}
