import { type Span, lengthOf } from './chronicle.ts';

/**
 * List prices in US dollars, us-east-1, without a free tier: they are the same for 1 account and for 10,000.
 * - Lambda on arm64: https://aws.amazon.com/lambda/pricing/
 * - SNS, standard topic, a publish and an e-mail: https://aws.amazon.com/sns/pricing/
 * - CloudTrail, each copy of a management event after the first: https://aws.amazon.com/cloudtrail/pricing/
 * - KMS, one request: https://aws.amazon.com/kms/pricing/
 */
export const PRICES = {
  gigabyteSecond: 0.0000133334,
  invocation: 0.2 / 1e6,
  publish: 0.5 / 1e6,
  email: 2 / 1e5,
  recordedEvent: 2 / 1e5,
  keyRequest: 0.03 / 1e4,
} as const;

/** The function's memory, as serverless.yml has it, in MB. */
export const MEMORY_MB = 1769;

/** What Lambda bills: memory in GB by time in s, each run rounded up to 1 ms, its cold start included. */
export function gigabyteSeconds(runs: readonly Span[]): number {
  const ms = runs.reduce((sum, run) => sum + Math.ceil(lengthOf(run)), 0);
  return (ms / 1000) * (MEMORY_MB / 1024);
}

/** What is paid for. */
export interface Usage {
  readonly runs: readonly Span[];
  readonly alerts: number;
  /** The guard's calls to CloudTrail, which record themselves as management events. */
  readonly calls: number;
  /** Trails that record management events: the first copy is free. */
  readonly copies: number;
}

/** Dollars by what they are paid for. EventBridge takes nothing for events of AWS services on the default bus. */
export function cost({ runs, alerts, calls, copies }: Usage) {
  const lambda = gigabyteSeconds(runs) * PRICES.gigabyteSecond + runs.length * PRICES.invocation;
  const sns = alerts * (PRICES.publish + PRICES.email + PRICES.keyRequest);
  const cloudTrail = calls * Math.max(0, copies - 1) * PRICES.recordedEvent;
  return { lambda, sns, cloudTrail, all: lambda + sns + cloudTrail };
}
