import type { EventSelector, Trail } from '../../baseline/baseline.ts';

/** The parts of a trail: each is read by one call, and changed by calls of its own. */
export type Part = 'logging' | 'settings' | 'selectors' | 'insights' | 'eventConfiguration' | 'tags';

/** Every field that a trail can have, in the order in which people ask about them, and the part that it belongs to. */
export const FIELDS = {
  IsLogging: 'logging',
  S3BucketName: 'settings',
  S3KeyPrefix: 'settings',
  IsMultiRegionTrail: 'settings',
  IncludeGlobalServiceEvents: 'settings',
  IsOrganizationTrail: 'settings',
  EnableLogFileValidation: 'settings',
  KmsKeyId: 'settings',
  CloudWatchLogsLogGroupArn: 'settings',
  CloudWatchLogsRoleArn: 'settings',
  SnsTopicName: 'settings',
  RecursiveLogging: 'settings',
  EventSelectors: 'selectors',
  AdvancedEventSelectors: 'selectors',
  InsightSelectors: 'insights',
  AggregationConfigurations: 'eventConfiguration',
  TagsList: 'tags',
} as const satisfies Record<Exclude<keyof Trail, 'Name'>, Part>;

export type Field = keyof typeof FIELDS;

/** The fields in reading order. */
export const fields = Object.keys(FIELDS) as Field[];

/** The live values of a trail's fields; a field that is absent from the trail is absent here. */
export type TrailState = { readonly [F in Field]?: Trail[F] };

/**
 * What a trail records when nobody chose selectors: all management events, no data events.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
 */
export const DEFAULT_EVENT_SELECTORS: readonly EventSelector[] = [
  {
    ReadWriteType: 'All',
    IncludeManagementEvents: true,
    DataResources: [],
    ExcludeManagementEventSources: [],
  },
];

/**
 * Where a trail stands for the guard.
 * - `homed`: here, in this account and Region: it can be repaired.
 * - `missing`: no such trail.
 * - `elsewhere`: a shadow of a trail whose home is another Region, the only place that accepts changes.
 * - `organization`: a trail of the organisation's management account, which members cannot change.
 *
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html,
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
 */
export type Standing = 'homed' | 'missing' | 'elsewhere' | 'organization';

/**
 * When things last happened to a trail, in ms since the epoch, as far as CloudTrail says.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
 */
export interface Times {
  readonly startedLogging?: number | undefined;
  readonly stoppedLogging?: number | undefined;
  readonly deliveredLogFile?: number | undefined;
  readonly deliveredDigest?: number | undefined;
}

/** A trail as the CloudTrail API shows it now. */
export interface ObservedTrail {
  readonly Name: string;
  readonly standing: Standing;
  /** The owner's account id and home Region of a trail that stands elsewhere. */
  readonly owner?: string;
  readonly state: TrailState;
  /** The parts that could not be read, and why: their fields in `state` mean nothing. */
  readonly unread: Readonly<Partial<Record<Part, string>>>;
  readonly times?: Times;
  /** Why CloudTrail says that it cannot deliver, although the trail may be logging. */
  readonly deliveryErrors: readonly string[];
}

/** The account, Region and partition that this function guards: its own. */
export interface Home {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** A trail as a caller names it: by its bare name, or by an ARN that also tells where it belongs. */
export interface TrailReference extends Partial<Home> {
  readonly Name: string;
}

const TRAIL_ARN = /^arn:([a-z-]+):cloudtrail:([a-z0-9-]+):(\d{12}):trail\/([A-Za-z0-9._-]{3,128})$/;

const TRAIL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/;

/** Reads a trail's name or ARN as requests carry it; anything else is undefined, and never an error. */
export function trailReference(value: unknown): TrailReference | undefined {
  if (typeof value !== 'string') return undefined;
  // Stryker disable next-line ArrayDeclaration: the first element is passed over
  const [, partition, region, account, Name] = TRAIL_ARN.exec(value) ?? [];
  // Stryker disable next-line ConditionalExpression,LogicalOperator: an ARN has all four or is none; only the compiler does not see it
  if (partition && region && account && Name) return { Name, partition, region, account };
  return TRAIL_NAME.test(value) ? { Name: value } : undefined;
}

/** Whether a reference can mean a trail that is homed here. */
export function isHomedAt(home: Home, { region, account }: TrailReference): boolean {
  return (region ?? home.region) === home.region && (account ?? home.account) === home.account;
}

/** The ARN of a trail homed here. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html */
export function trailArn({ partition, region, account }: Home, name: string): string {
  return `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}`;
}
