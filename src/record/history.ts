import type { Actor } from './actor.ts';

/** What the Event history is asked: it takes one attribute at a time. */
export interface Question {
  readonly attribute: 'EventName' | 'ResourceName' | 'EventId';
  readonly value: string;
}

/** One page of an answer, newest first. */
export interface Page {
  readonly records: readonly unknown[];
  /** The time of the oldest event on it, in ms since the epoch: absent where there is none. */
  readonly oldest?: number;
  /** By which the next page is asked for. */
  readonly next?: string;
}

/**
 * CloudTrail's Event history: 90 days of management events, kept whatever becomes of the trails.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
 */
export interface History {
  /** One page of what a question finds between two times, in ms since the epoch. Rejects with CloudTrail's error. */
  page(question: Question, from: number, until: number, next?: string): Promise<Page>;
  /**
   * The records of all calls of one name since a time (ms since the epoch), refused ones included, oldest first. Rejects with
   * CloudTrail's error.
   */
  callsNamed(eventName: string, since: number): Promise<unknown[]>;
  /**
   * The records of all calls that set what a trail is, on any trail, as far back as the history goes, oldest first. Takes
   * some seconds. Rejects with CloudTrail's error.
   */
  everySetting(): Promise<unknown[]>;
  /**
   * The newest records of what one actor called between two times, at most a hundred, oldest first. Rejects with
   * CloudTrail's error.
   */
  callsBy(actor: Pick<Actor, 'shortName' | 'accessKeyId'>, from: number, until: number): Promise<unknown[]>;
}
