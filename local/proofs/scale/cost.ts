import { type Span, lengthOf } from './chronicle.ts';

/**
 * List prices in US dollars, us-east-1, without a free tier: they are the same for 1 account and for 10,000.
 * - Lambda on arm64: https://aws.amazon.com/lambda/pricing/
 * - SNS, standard topic, a publish and an e-mail: https://aws.amazon.com/sns/pricing/
 * - CloudTrail, each copy of a management event after the first: https://aws.amazon.com/cloudtrail/pricing/
 * - KMS, one request: https://aws.amazon.com/kms/pricing/
 * - SQS, one request to a FIFO queue: https://aws.amazon.com/sqs/pricing/
 * - DynamoDB on demand, one request unit: https://aws.amazon.com/dynamodb/pricing/on-demand/
 */
export const PRICES = {
  gigabyteSecond: 0.0000133334,
  invocation: 0.2 / 1e6,
  publish: 0.5 / 1e6,
  email: 2 / 1e5,
  recordedEvent: 2 / 1e5,
  keyRequest: 0.03 / 1e4,
  queueRequest: 0.5 / 1e6,
  tableWrite: 0.625 / 1e6,
  tableRead: 0.125 / 1e6,
} as const;

/** One run of a function that has so much memory. */
export interface Run extends Span {
  readonly megabytes: number;
}

/** What Lambda bills: memory in GB by time in s, each run rounded up to 1 ms, its cold start included. */
export function gigabyteSeconds(runs: readonly Run[]): number {
  return runs.reduce((sum, run) => sum + (Math.ceil(lengthOf(run)) / 1000) * (run.megabytes / 1024), 0);
}

/** A message is sent, received and deleted: three requests. */
const REQUESTS_OF_A_MESSAGE = 3;

/** What is paid for. */
export interface Usage {
  readonly runs: readonly Run[];
  readonly alerts: number;
  /** The guard's calls to CloudTrail, which record themselves as management events. */
  readonly calls: number;
  /** Trails that record management events: the first copy is free. */
  readonly copies: number;
  /** Messages from one function to the other. */
  readonly messages: number;
  /** The guard's calls to its ledger, each of one unit. */
  readonly tableReads: number;
  readonly tableWrites: number;
}

/** Dollars by what they are paid for. EventBridge takes nothing for events of AWS services on the default bus. */
export function cost({ runs, alerts, calls, copies, messages, tableReads, tableWrites }: Usage) {
  const lambda = gigabyteSeconds(runs) * PRICES.gigabyteSecond + runs.length * PRICES.invocation;
  const sns = alerts * (PRICES.publish + PRICES.email + PRICES.keyRequest);
  const cloudTrail = calls * Math.max(0, copies - 1) * PRICES.recordedEvent;
  const queue = messages * REQUESTS_OF_A_MESSAGE * PRICES.queueRequest;
  const ledger = tableReads * PRICES.tableRead + tableWrites * PRICES.tableWrite;
  return { lambda, sns, cloudTrail, queue, ledger, all: lambda + sns + cloudTrail + queue + ledger };
}
