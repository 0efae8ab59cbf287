import { AwsError } from '../wire/aws-error.ts';
import type { Destinations } from './destinations.ts';

/** What CreateTrail and UpdateTrail set, under the names that reads use. */
export interface TrailSettings {
  readonly S3BucketName: string;
  readonly S3KeyPrefix?: string | undefined;
  /** As it was given: a name or an ARN. */
  readonly SnsTopicName?: string | undefined;
  readonly SnsTopicARN?: string | undefined;
  readonly IncludeGlobalServiceEvents: boolean;
  readonly IsMultiRegionTrail: boolean;
  readonly LogFileValidationEnabled: boolean;
  readonly CloudWatchLogsLogGroupArn?: string | undefined;
  readonly CloudWatchLogsRoleArn?: string | undefined;
  /** Always a full key ARN, whatever was given. */
  readonly KmsKeyId?: string | undefined;
  readonly IsOrganizationTrail: boolean;
  readonly RecursiveLogging: boolean;
}

/** Basic selector; reads give every field. */
export interface EventSelector {
  readonly ReadWriteType: 'All' | 'ReadOnly' | 'WriteOnly';
  readonly IncludeManagementEvents: boolean;
  readonly DataResources: readonly { readonly Type: string; readonly Values: readonly string[] }[];
  readonly ExcludeManagementEventSources: readonly string[];
}

/** Advanced selector: conditions on fields of the event. */
export interface AdvancedEventSelector {
  readonly Name?: string | undefined;
  readonly FieldSelectors: readonly ({ readonly Field: string } & Readonly<
    Partial<Record<SelectorOperator, readonly string[] | undefined>>
  >)[];
}

/** The operators of an advanced selector's field. */
export type SelectorOperator =
  'Equals' | 'StartsWith' | 'EndsWith' | 'NotEquals' | 'NotStartsWith' | 'NotEndsWith';

/** A trail has one dialect of selectors at a time: each replaces the other. */
export type Selectors =
  | { readonly EventSelectors: readonly EventSelector[] }
  | { readonly AdvancedEventSelectors: readonly AdvancedEventSelector[] };

export interface InsightSelector {
  readonly InsightType: 'ApiCallRateInsight' | 'ApiErrorRateInsight';
  readonly EventCategories?: readonly ('Management' | 'Data')[] | undefined;
}

export interface AggregationConfiguration {
  readonly Templates: readonly ('API_ACTIVITY' | 'RESOURCE_ACCESS' | 'USER_ACTIONS')[];
  readonly EventCategory: 'Data';
}

export interface Tag {
  readonly Key: string;
  readonly Value?: string | undefined;
}

/** The whole state of one trail; changed only by being replaced. */
export interface Trail {
  readonly arn: string;
  readonly name: string;
  readonly account: string;
  readonly homeRegion: string;
  readonly settings: TrailSettings;
  readonly selectors: Selectors;
  readonly insightSelectors: readonly InsightSelector[];
  readonly aggregations: readonly AggregationConfiguration[];
  readonly tags: readonly Tag[];
  readonly logging: boolean;
  /** Seconds since the epoch. */
  readonly startedAt?: number;
  /** Seconds since the epoch. */
  readonly stoppedAt?: number;
  /** What a test makes GetTrailStatus say, over what it would say. */
  readonly status: Readonly<Record<string, unknown>>;
}

/** CloudTrail of one account: its trails and those of its organisation that it sees. */
export interface CloudTrailAccount {
  readonly account: string;
  readonly partition: string;
  /** What this account is in its organisation. */
  readonly organization: 'management' | 'member' | 'none';
  readonly trails: Map<string, Trail>;
  readonly destinations: Destinations;
  /** ARN of the key that KMS has behind the ARN of an alias. */
  readonly keyBehind: (aliasArn: string) => string | undefined;
  /** Key ARNs by alias name (`alias/…`). */
  readonly kmsAliases: Readonly<Record<string, string>>;
}

/** Carries out one CloudTrail call in a Region and gives its answer; throws AwsError and then changes nothing. */
export type Run = (cloud: CloudTrailAccount, region: string, input: unknown) => object;

/** A new trail's selectors: all management events, no data events. */
export const defaultSelectors: Selectors = {
  EventSelectors: [
    {
      ReadWriteType: 'All',
      IncludeManagementEvents: true,
      DataResources: [],
      ExcludeManagementEventSources: [],
    },
  ],
};

const trailArn = /^arn:aws[\w-]*:cloudtrail:[a-z0-9-]+:\d{12}:trail\/.+$/;

/** The ARN that a name or ARN stands for in a Region. */
export function arnOf(cloud: CloudTrailAccount, region: string, nameOrArn: string): string {
  if (nameOrArn.startsWith('arn:')) return nameOrArn;
  return `arn:${cloud.partition}:cloudtrail:${region}:${cloud.account}:trail/${nameOrArn}`;
}

/** Whether a trail shows in a Region, as itself or as its shadow. */
export function visibleIn(trail: Trail, region: string): boolean {
  return trail.homeRegion === region || trail.settings.IsMultiRegionTrail;
}

/**
 * Throws `InvalidTrailNameException` unless the name is 3–128 letters, digits and single separators, not an IP address.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
 */
export function checkTrailName(name: string): void {
  const problem =
    name.length < 3 || name.length > 128
      ? 'must be between 3 and 128 characters'
      : !/^[A-Za-z0-9](?:[._-]?[A-Za-z0-9])*$/.test(name)
        ? 'may hold letters, digits and single . _ - between them'
        : /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name)
          ? 'must not be an IP address'
          : undefined;
  if (problem) throw new AwsError('InvalidTrailNameException', `Trail name ${problem}: ${name}`);
}

/**
 * The trail that a read means: names stand for trails of this Region and account only, shadows need their ARN. Throws
 * `TrailNotFoundException`, `InvalidTrailNameException` or `CloudTrailARNInvalidException`.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
 */
export function visibleTrail(cloud: CloudTrailAccount, region: string, nameOrArn: string): Trail {
  const trail = lookUp(cloud, region, nameOrArn);
  if (trail && visibleIn(trail, region)) return trail;
  throw unknownTrail(cloud, nameOrArn);
}

/**
 * The trail that a change means. Throws what {@link visibleTrail} throws, `NotOrganizationMasterAccountException` for a
 * trail of the management account, and `InvalidHomeRegionException` outside the trail's home Region.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
 */
export function changeableTrail(cloud: CloudTrailAccount, region: string, nameOrArn: string): Trail {
  const trail = lookUp(cloud, region, nameOrArn) ?? shadowNamed(cloud, region, nameOrArn);
  if (!trail) throw unknownTrail(cloud, nameOrArn);
  if (trail.account !== cloud.account) {
    throw new AwsError(
      'NotOrganizationMasterAccountException',
      'Cannot change the trail: this account is not the management account of its organization.',
    );
  }
  if (trail.homeRegion !== region) {
    throw new AwsError(
      'InvalidHomeRegionException',
      `Trail ${trail.arn} can only be changed in its home region: ${trail.homeRegion}`,
    );
  }
  return trail;
}

function lookUp(cloud: CloudTrailAccount, region: string, nameOrArn: string): Trail | undefined {
  if (nameOrArn.startsWith('arn:')) {
    if (!trailArn.test(nameOrArn)) {
      throw new AwsError('CloudTrailARNInvalidException', `Invalid trail ARN: ${nameOrArn}`);
    }
  } else {
    checkTrailName(nameOrArn);
  }
  return cloud.trails.get(arnOf(cloud, region, nameOrArn));
}

function shadowNamed(cloud: CloudTrailAccount, region: string, name: string): Trail | undefined {
  return [...cloud.trails.values()].find(
    (trail) => trail.name === name && trail.account === cloud.account && visibleIn(trail, region),
  );
}

function unknownTrail(cloud: CloudTrailAccount, nameOrArn: string): AwsError {
  return new AwsError('TrailNotFoundException', `Unknown trail: ${nameOrArn} for the user: ${cloud.account}`);
}
