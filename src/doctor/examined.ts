import type { Baseline } from '../baseline/baseline.ts';
import type { DeclaredResource, ObservedResource } from '../kinds/resource.ts';
import type { ObservedTrail } from '../kinds/trail/observed.ts';

/**
 * Why something is not known.
 * - `denied`: whoever asks may not.
 * - `unsupported`: this endpoint does not know the question.
 * - `failed`: anything else.
 */
export interface Unread {
  readonly why: 'denied' | 'unsupported' | 'failed';
  /** The right to grant, or what AWS said. */
  readonly said: string;
}

/** What was asked of AWS: the answer, or why there is none. */
export type Asked<T> = { readonly known: T } | { readonly unread: Unread };

/** The stack, as CloudFormation shows it. */
export interface Stack {
  readonly id: string;
  readonly status: string;
  /** What CloudFormation says about the status; empty where it says nothing. */
  readonly reason: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** When it was created or last updated, in ms since the epoch. */
  readonly changedAt: number;
}

/** A resource of the stack: its name in the template, and in AWS. */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

type Properties = Readonly<Record<string, unknown>>;

/** A template, as far as it is compared. */
export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Properties }>>;
}

/** A resource of the stack as its own service shows it, by the template's names; undefined where it is gone. */
export interface Part extends StackResource {
  readonly live: Asked<Properties | undefined>;
}

/** An action that a role of the stack needs, and is not allowed. */
export interface Refused {
  readonly action: string;
  readonly resource: string;
  /** Whose policy it is; `deny`: one that denies it in so many words. */
  readonly by: 'role' | 'deny' | 'boundary' | 'organization';
}

/** What the simulator of IAM says of one statement of a role. */
export interface Simulated {
  readonly role: string;
  readonly statement: string;
  readonly asked: Asked<readonly Refused[]>;
}

/** Who hears of alerts. */
export interface Subscription {
  readonly topic: string;
  /** Undefined until it is confirmed. */
  readonly arn: string | undefined;
  readonly protocol: string;
  readonly endpoint: string;
  /** As SNS keeps it; undefined where every alert comes through. */
  readonly filter: Asked<string | undefined>;
}

/** A queue, and what it holds. */
export interface Queue {
  readonly logicalId: string;
  readonly url: string;
  readonly messages: Asked<number>;
  /** Seconds that the oldest message has waited, at most, in the last quarter of an hour; undefined where none did. */
  readonly oldestSeconds: Asked<number | undefined>;
}

/** Points of a metric that counted something: when the last was, in ms since the epoch; undefined where there was none. */
export type Last = Asked<number | undefined>;

/** A trail that is not declared, as far as it concerns whether EventBridge hears of calls. */
export interface Hearing {
  readonly arn: string;
  readonly hears: boolean;
}

/** All that was read for an examination, at one moment. */
export interface Examined {
  readonly service: string;
  readonly stage: string;
  readonly region: string;
  /** Undefined where neither stack nor baseline says it. */
  readonly account: string | undefined;
  /** In ms since the epoch. */
  readonly now: number;
  readonly tools: {
    readonly node: string;
    /** As package.json asks for it: `>=20.19`. */
    readonly engines: string;
    /** What is installed, and what package.json asks for. */
    readonly serverless: { readonly installed: string | undefined; readonly wanted: string };
  };
  /** This checkout. */
  readonly here: { readonly commit: string; readonly baseline: Baseline | undefined };
  readonly stack: Asked<Stack>;
  readonly template: Asked<Template>;
  readonly resources: Asked<readonly StackResource[]>;
  readonly parts: readonly Part[];
  readonly roles: readonly Simulated[];
  readonly subscriptions: Asked<readonly Subscription[]>;
  readonly queues: readonly Queue[];
  /** The declared trails, as they are. */
  readonly trails: Asked<readonly ObservedTrail[]>;
  /** The others that show in this Region. */
  readonly others: Asked<readonly Hearing[]>;
  readonly deliveryPath: readonly {
    readonly declared: DeclaredResource;
    readonly observed: ObservedResource;
  }[];
  readonly lastSweep: Last;
  readonly lastDelivered: Last;
  readonly lastUndelivered: Last;
}
