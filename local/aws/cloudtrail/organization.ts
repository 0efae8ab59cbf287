import type { Selectors, Trail, TrailSettings } from './trail.ts';
import { defaultSelectors } from './trail.ts';

/** A trail that the organisation's management account replicates into this account. */
export interface OrganizationTrail {
  readonly name: string;
  /** The management account's id. */
  readonly account: string;
  readonly homeRegion: string;
  readonly logging: boolean;
  readonly settings?: Partial<TrailSettings>;
  readonly selectors?: Selectors;
}

/**
 * The replica as this account sees it: its ARN holds the management account's id.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
 */
export function organizationTrail(partition: string, declared: OrganizationTrail): Trail {
  return {
    arn: `arn:${partition}:cloudtrail:${declared.homeRegion}:${declared.account}:trail/${declared.name}`,
    name: declared.name,
    account: declared.account,
    homeRegion: declared.homeRegion,
    settings: {
      S3BucketName: 'organization-trail-logs',
      IncludeGlobalServiceEvents: true,
      IsMultiRegionTrail: true,
      LogFileValidationEnabled: true,
      IsOrganizationTrail: true,
      RecursiveLogging: true,
      ...declared.settings,
    },
    selectors: declared.selectors ?? defaultSelectors,
    insightSelectors: [],
    aggregations: [],
    tags: [],
    logging: declared.logging,
    ...(declared.logging && { startedAt: Date.now() / 1000 }),
    status: {},
  };
}
