import type { Actor } from './actor.ts';

/**
 * CloudTrail's Event history: 90 days of management events, kept whatever becomes of the trails.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
 */
export interface History {
  /**
   * The records of the calls that name a trail since a time (ms since the epoch), oldest first, as CloudTrail wrote them.
   * Rejects with CloudTrail's error.
   */
  recordsOf(trail: string, since: number): Promise<unknown[]>;
  /** The records of all DeleteTrail calls since a time, refused ones included. Rejects with CloudTrail's error. */
  deletionsSince(since: number): Promise<unknown[]>;
  /**
   * The records of all calls that set what a trail is, on any trail, as far back as the history goes, oldest first. Takes
   * some seconds. Rejects with CloudTrail's error.
   */
  everySetting(): Promise<unknown[]>;
  /**
   * The newest records of what one actor called between two times, at most a hundred, oldest first. Rejects with
   * CloudTrail's error.
   */
  callsBy(actor: Actor, from: number, until: number): Promise<unknown[]>;
}
