import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import type { DeliveryErrors } from './destinations.ts';
import { selectorFlags } from './selectors.ts';
import { checkTags, tagList } from './tags.ts';
import { settingsRequest, settle } from './trail-settings.ts';
import type { CloudTrailAccount, Run, Trail } from './trail.ts';
import {
  arnOf,
  changeableTrail,
  checkTrailName,
  defaultSelectors,
  visibleIn,
  visibleTrail,
} from './trail.ts';

const named = z.object({ Name: z.string() });
const trailsPerRegion = 5;

/** A new trail, which does not log until it is started. */
export const createTrail: Run = (cloud, region, input) => {
  const request = readRequest(
    named.extend({ ...settingsRequest.shape, S3BucketName: z.string(), TagsList: tagList.optional() }),
    input,
  );
  checkTrailName(request.Name);
  const tags = checkTags(request.TagsList ?? []);
  const arn = arnOf(cloud, region, request.Name);
  if (cloud.trails.has(arn)) {
    throw new AwsError('TrailAlreadyExistsException', `Trail ${request.Name} already exists.`);
  }
  const settings = settle(cloud, region, arn, request);
  checkRoom(cloud, region, settings.IsMultiRegionTrail);
  const trail: Trail = {
    arn,
    name: request.Name,
    account: cloud.account,
    homeRegion: region,
    settings,
    selectors: defaultSelectors,
    insightSelectors: [],
    aggregations: [],
    tags,
    logging: false,
    status: {},
  };
  cloud.trails.set(arn, trail);
  return settingsAnswer(trail);
};

/** Merges the request into the trail. */
export const updateTrail: Run = (cloud, region, input) => {
  const request = readRequest(named.extend(settingsRequest.shape), input);
  const trail = changeableTrail(cloud, region, request.Name);
  const updated = { ...trail, settings: settle(cloud, region, trail.arn, request, trail.settings) };
  cloud.trails.set(trail.arn, updated);
  return settingsAnswer(updated);
};

export const deleteTrail: Run = (cloud, region, input) => {
  cloud.trails.delete(changeableTrail(cloud, region, readRequest(named, input).Name).arn);
  return {};
};

/** Idempotent; does not bring back the Insights that stopping disabled. */
export const startLogging: Run = (cloud, region, input) => {
  const trail = changeableTrail(cloud, region, readRequest(named, input).Name);
  if (!trail.logging) cloud.trails.set(trail.arn, { ...trail, logging: true, startedAt: Date.now() / 1000 });
  return {};
};

/**
 * Idempotent; disables Insights on the trail.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-additional-cli-commands.html
 */
export const stopLogging: Run = (cloud, region, input) => {
  const trail = changeableTrail(cloud, region, readRequest(named, input).Name);
  if (trail.logging) {
    const stoppedAt = Date.now() / 1000;
    cloud.trails.set(trail.arn, { ...trail, logging: false, stoppedAt, insightSelectors: [] });
  }
  return {};
};

export const getTrail: Run = (cloud, region, input) => ({
  Trail: describe(visibleTrail(cloud, region, readRequest(named, input).Name)),
});

/**
 * Names stand for this Region's own trails, ARNs for any; what is missing is left out without an error.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
 */
export const describeTrails: Run = (cloud, region, input) => {
  const request = readRequest(
    z.object({
      trailNameList: z.array(z.string()).default([]),
      includeShadowTrails: z.boolean().default(true),
    }),
    input,
  );
  const wanted = request.trailNameList.map((nameOrArn) => {
    if (!nameOrArn.startsWith('arn:')) checkTrailName(nameOrArn);
    return arnOf(cloud, region, nameOrArn);
  });
  const trails = [...cloud.trails.values()].filter((trail) => {
    if (wanted.length > 0) return wanted.includes(trail.arn);
    const own = trail.homeRegion === region && trail.account === cloud.account;
    return own || (request.includeShadowTrails && visibleIn(trail, region));
  });
  return { trailList: trails.map(describe) };
};

/** Every trail of the account, wherever it lives, on one page: an account has few. */
export const listTrails: Run = (cloud) => ({
  Trails: [...cloud.trails.values()].map(({ arn, name, homeRegion }) => ({
    TrailARN: arn,
    Name: name,
    HomeRegion: homeRegion,
  })),
});

/** Logging state and delivery errors; times are seconds since the epoch. */
export const getTrailStatus: Run = (cloud, region, input) => {
  const trail = visibleTrail(cloud, region, readRequest(named, input).Name);
  const { CloudWatchLogsLogGroupArn, SnsTopicARN } = trail.settings;
  const latest = (error: keyof DeliveryErrors) =>
    trail.logging ? cloud.destinations.lastDelivery(trail, error) : trail.stoppedAt;
  return {
    IsLogging: trail.logging,
    LatestDeliveryTime: latest('LatestDeliveryError'),
    ...(CloudWatchLogsLogGroupArn !== undefined && {
      LatestCloudWatchLogsDeliveryTime: latest('LatestCloudWatchLogsDeliveryError'),
    }),
    ...(SnsTopicARN !== undefined && { LatestNotificationTime: latest('LatestNotificationError') }),
    StartLoggingTime: trail.startedAt,
    StopLoggingTime: trail.stoppedAt,
    ...(trail.logging && cloud.destinations.deliveryErrors(trail)),
    ...trail.status,
  };
};

/** A trail as GetTrail and DescribeTrails show it. */
export function describe(trail: Trail): object {
  return { ...settingsAnswer(trail), HomeRegion: trail.homeRegion, ...selectorFlags(trail) };
}

function settingsAnswer(trail: Trail): object {
  return { Name: trail.name, TrailARN: trail.arn, ...trail.settings };
}

/**
 * A multi-Region trail counts as one in every Region.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
 */
function checkRoom(cloud: CloudTrailAccount, region: string, everywhere: boolean): void {
  const trails = [...cloud.trails.values()];
  const regions = everywhere ? new Set([region, ...trails.map((trail) => trail.homeRegion)]) : [region];
  for (const each of regions) {
    if (trails.filter((trail) => visibleIn(trail, each)).length >= trailsPerRegion) {
      throw new AwsError(
        'MaximumNumberOfTrailsExceededException',
        `User: ${cloud.account} already has ${trailsPerRegion} trails in ${each}.`,
      );
    }
  }
}
