import type { Part } from './part.ts';
import type { RoleAction } from './iam/access.ts';
import type { Call } from './iam/call.ts';
import type { PutEvent } from './events/central-bus.ts';
import type { CloudTrailRecord, EventEnvelope } from './cloudtrail/cloudtrail-record.ts';
import type { Destinations } from './cloudtrail/destinations.ts';
import type { Endpoint } from './wire/exchange.ts';
import type { BusEvent } from './events/event-bus.ts';
import type { Faults } from './wire/faults.ts';
import type { InvocationRecord } from './lambda/lambda.ts';
import type { OrganizationTrail } from './cloudtrail/organization.ts';
import type { Principals } from './iam/principal.ts';
import type { QueuedMessage } from './messages/queues.ts';
import type { Fields } from './wire/request-shape.ts';
import type { Message } from './messages/sns.ts';
import type { Stack } from './stack.ts';
import type { TrailSnapshot } from './cloudtrail/trail-snapshot.ts';
import type { CloudTrailAccount } from './cloudtrail/trail.ts';

/** How the embedded AWS behaves; every field has a default. */
export interface EmbeddedAwsOptions {
  readonly account?: string;
  /** Where stacks are deployed; calls go to the Region that they are signed for. */
  readonly region?: string;
  readonly partition?: string;
  /** What the account is in its organisation. */
  readonly organization?: CloudTrailAccount['organization'];
  /** Key ARNs by alias name. An alias that is not here has a key all the same. */
  readonly kmsAliases?: Readonly<Record<string, string>>;
  /** Enforces CloudTrail's quotas. */
  readonly throttle?: boolean;
  /** Milliseconds added to each call. */
  readonly latencyMs?: number;
  /** Milliseconds until a failed asynchronous invocation is tried again. */
  readonly retryDelayMs?: number;
  /** Milliseconds until messages that a function failed on come to it again; the queue's visibility timeout by default. */
  readonly redeliveryDelayMs?: number;
  /** Milliseconds until the name of a deleted queue can be used again; a minute by default. */
  readonly recreationDelayMs?: number;
  /** Milliseconds until an event can be looked up in the Event history. */
  readonly historyDelayMs?: number;
  /**
   * Events reach EventBridge only if some trail recorded write management events in that Region when the call came, as
   * AWS documents it; the call that stops the last trail is delivered itself.
   */
  readonly darkWhenNoTrailLogs?: boolean;
}

/** A small AWS on loopback. */
export interface EmbeddedAws extends AwsWithoutNetwork {
  readonly endpoint: string;
}

/** A small AWS, with the controls that no AWS has. */
export interface AwsWithoutNetwork extends Pick<Destinations, 'breakDestination' | 'mendDestination'> {
  /** Answers a request to any of its services. */
  readonly answer: Endpoint;
  readonly account: string;
  readonly region: string;
  /** Registers a caller, allowed everything unless it has a role, and gives it credentials. */
  readonly signIn: Principals['signIn'];
  /** The next calls of an operation fail. */
  readonly fail: Faults['fail'];
  /** The nth call from now that a function makes fails, 0 being the next one. */
  readonly failNth: Faults['failNth'];
  readonly addOrganizationTrail: (trail: OrganizationTrail) => void;
  /** Makes GetTrailStatus say so, e.g. `{ LatestDeliveryError: 'AccessDenied' }`; names stand for the own Region. */
  readonly setTrailStatus: (nameOrArn: string, status: Readonly<Record<string, unknown>>) => void;
  /**
   * CloudTrail events wait until what is returned is called, for AWS takes seconds to deliver them. It may deliver them
   * out of order, and more than once.
   */
  readonly holdEvents: () => (arrange?: Arrange) => void;
  /** While muted, no CloudTrail event reaches EventBridge. */
  readonly muteEventBridge: (muted: boolean) => void;
  /** The next key that KMS creates gets this id. */
  readonly nameNextKey: (id: string) => void;
  /** Puts any event on the default bus of its Region. */
  readonly putEvent: (event: EventEnvelope) => void;
  /** The whole true state of the account's trails, or of those that show in a Region. */
  readonly trails: (region?: string) => readonly TrailSnapshot[];
  /** The whole true state of whatever else is there: what was deployed, and what was created by calls. */
  readonly parts: () => readonly Part[];
  readonly calls: readonly Call[];
  readonly history: () => readonly CloudTrailRecord[];
  /** Makes all that the Event history holds so many ms older: what was called long before whatever comes now. */
  readonly ageHistory: (ms: number) => void;
  readonly events: readonly BusEvent[];
  readonly invocations: readonly InvocationRecord[];
  readonly messages: readonly Message[];
  /** What Security Hub took. */
  readonly findings: readonly Fields[];
  /** What came to event buses by PutEvents. */
  readonly putOnBuses: readonly PutEvent[];
  /** What came to dead-letter and on-failure queues. */
  readonly queued: readonly QueuedMessage[];
  /** What went wrong in the plumbing: refused targets, lost events, missing rights to queues. */
  readonly problems: readonly string[];
  readonly usedActions: () => readonly RoleAction[];
  /** What the deployed roles asked for, and no statement of theirs allowed. */
  readonly refusedActions: () => readonly RoleAction[];
  readonly allowedActions: () => readonly RoleAction[];
  /** What the deployed roles may do and have not needed so far. */
  readonly unusedActions: () => readonly RoleAction[];
  /** Deploys the compiled package in a directory. Throws an Error naming what it cannot resolve or run. */
  readonly deploy: (directory: string, settings?: DeploySettings) => Stack;
  /** Runs a function and gives its result; throws an Error with the function's error as its cause. */
  readonly invoke: (functionName: string, event: unknown) => Promise<unknown>;
  /** Runs each schedule once: EventBridge's rules, the Scheduler's schedules, or both. */
  readonly runSchedules: (of?: 'rules' | 'schedules') => void;
  /** Ends all containers, so that the next invocation starts cold. */
  readonly killContainers: () => Promise<void>;
  /** Takes items out of all tables, which nobody could in AWS without the rights. */
  readonly removeItems: (which: (item: Fields) => boolean) => Promise<void>;
  /** Resolves when no call, delivery, invocation or retry is in flight. */
  readonly idle: () => Promise<void>;
  /** Empties the logs of calls, events, invocations, messages, findings, buses, queues and problems; trails and history stay. */
  readonly forget: () => void;
  readonly stop: () => Promise<void>;
}

/** What becomes of waiting events: another order, some of them twice. */
export type Arrange = (events: readonly EventEnvelope[]) => readonly EventEnvelope[];

export interface DeploySettings {
  readonly stackName?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}
