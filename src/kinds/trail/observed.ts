import type { Field, Part } from './fields.ts';
import type { Trail } from './schema.ts';

/** The live values of a trail's fields; a field that is absent from the trail is absent here. */
export type TrailState = { readonly [F in Field]?: Trail[F] };

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
  /** To CloudWatch Logs. */
  readonly deliveredEvents?: number | undefined;
  /** Of a log file, by SNS. */
  readonly notified?: number | undefined;
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
