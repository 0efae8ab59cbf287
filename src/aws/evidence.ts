import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import {
  DescribeTableCommand,
  type DynamoDBClient,
  type DynamoDBClientConfig,
  paginateListTables,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as sleep } from 'node:timers/promises';
import { reasonFor } from '../foreign/reason.ts';
import { changesIn } from '../evidence/cross-check.ts';
import { HISTORY_DAYS } from '../evidence/gaps.ts';
import type {
  HistorySource,
  Item,
  Known,
  LedgerSource,
  MetricSource,
  Period,
  Sources,
} from '../evidence/sources.ts';
import { asError } from '../foreign/error.ts';
import { TAMPERINGS } from '../kinds/trail/tamperings.ts';
import { clockSkewOf } from './clock-skew.ts';
import { eventHistory } from './history.ts';
import { type Item as TableItem, ledgerClient, ledgerTable, textOf } from './ledger.ts';
import { metricHours, sweepSeconds } from './metrics.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** Why there is no evidence, in words that tell the person at the terminal what to do. */
export class EvidenceError extends Error {
  override readonly name = 'EvidenceError';
}

/** What can be left out of evidence, and stands among its gaps then. */
export const LEAVABLE = ['metrics', 'history'] as const;

type Leavable = (typeof LEAVABLE)[number];

/** What to read. */
export interface EvidenceRequest extends Pick<
  Sources,
  'notice' | 'stage' | 'region' | 'period' | 'declared' | 'commits' | 'drills'
> {
  readonly service: string;
  /** The account of the baseline, where there is one. */
  readonly account?: string;
  /** What is left out, and why. */
  readonly without: Readonly<Partial<Record<Leavable, string>>>;
  readonly now: () => number;
  /** How the clients reach AWS, where it is not by the standard chain. */
  readonly connection?: Pick<DynamoDBClientConfig, 'endpoint' | 'credentials' | 'requestHandler'>;
  /** Ms from one question to the Event history to the next. */
  readonly historyPaceMs?: number;
  /** How long after a call it may still be told, beside the time to the next sweep, in ms. */
  readonly stillToldMs?: number;
}

/** The history answers two calls a second. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-cli.html */
const HISTORY_PACE_MS = 500;

/** More pages of one call's name than this are not read: 5,000 calls. */
const MOST_PAGES = 100;

/** A call that no event told of is told by the sweep after the Event history shows it. UNVERIFIED: how late it is. docs/measure-on-aws.md */
const STILL_TOLD_MS = 75 * MINUTE;

/** A clock that is further off than this dates evidence wrongly; AWS refuses signatures that are. */
const MOST_SKEW_MS = 5 * MINUTE;

/** Rejects with an {@link EvidenceError} that says which right is missing, or what else to do. */
async function asking<T>(action: string, resource: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (thrown) {
    const error: Error & { readonly code?: unknown } = asError(thrown);
    const name = typeof error.code === 'string' ? error.code : error.name;
    const reason = reasonFor(name, action, resource, error.message.split('\n')[0]);
    throw new EvidenceError(`${action} failed: ${reason}`, { cause: thrown });
  }
}

async function tablesNamed(client: DynamoDBClient, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { TableNames = [] } of paginateListTables({ client }, {})) names.push(...TableNames);
  // As src/packaging names what outlives a stack: by two groups of the stack's id.
  return names.filter(
    (name) => name.startsWith(`${prefix}-`) && /^[0-9a-z]+-[0-9a-z]+$/.test(name.slice(prefix.length + 1)),
  );
}

/** An item whatever it says: what is no JSON says nothing. */
function itemOf(item: TableItem): Item {
  const id = item['id']?.S ?? '';
  try {
    return { id, value: JSON.parse(textOf(item) ?? '') as unknown };
  } catch {
    return { id, value: undefined };
  }
}

async function everyIncident(client: DynamoDBClient, TableName: string): Promise<Item[]> {
  const found: Item[] = [];
  const pages = paginateQuery(
    { client },
    {
      TableName,
      ConsistentRead: true,
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': { S: 'incident' } },
    },
  );
  for await (const { Items = [] } of pages) found.push(...Items.map((item) => itemOf(item as TableItem)));
  return found;
}

interface OpenedLedger {
  readonly source: LedgerSource;
  readonly account: string;
  readonly table: ReturnType<typeof ledgerTable>;
}

async function openLedger(client: DynamoDBClient, name: string, now: () => number): Promise<OpenedLedger> {
  const [{ Table }, items] = await Promise.all([
    asking('dynamodb:DescribeTable', name, client.send(new DescribeTableCommand({ TableName: name }))),
    asking('dynamodb:Query', name, everyIncident(client, name)),
  ]);
  const table = ledgerTable(client, name, 0, now);
  const [end] = await asking('dynamodb:BatchGetItem', name, table.read('chain', ['end']));
  return {
    table,
    account: Table?.TableArn?.split(':')[4] ?? '',
    source: {
      table: name,
      createdAt: Table?.CreationDateTime?.getTime() ?? now(),
      items,
      ...(end && { end: end.value }),
    },
  };
}

/** All ledgers of a stage: each deployment that began anew has left one. Rejects with an {@link EvidenceError}. */
async function openLedgers({ stage, service, region, account, now, connection }: EvidenceRequest) {
  const client = ledgerClient({ ...connection, region });
  const skew = clockSkewOf(client, now);
  const names = await asking('dynamodb:ListTables', '*', tablesNamed(client, `${service}-${stage}-ledger`));
  const off = skew() ?? 0;
  if (Math.abs(off) > MOST_SKEW_MS)
    throw new EvidenceError(
      `The clock of this machine is ${Math.round(Math.abs(off) / MINUTE)} minutes ${off > 0 ? 'behind' : 'ahead of'} AWS: set it, for evidence is dated by it`,
    );
  if (names.length === 0)
    throw new EvidenceError(
      `There is no ledger of stage ${stage} in ${region} of this account: check AWS_PROFILE and --region; if both are right, ` +
        `the stage is not deployed, or by a version without a ledger: npx serverless deploy --stage ${stage} --region ${region}`,
    );
  const ledgers = await Promise.all(names.map((name) => openLedger(client, name, now)));
  const found = ledgers[0]?.account ?? '';
  if (account !== undefined && found !== account)
    throw new EvidenceError(
      `These credentials are of account ${found}, and baselines/${stage}.yml is for ${account}: check AWS_PROFILE`,
    );
  return { account: found, ledgers };
}

async function metricsOf({
  stage,
  service,
  region,
  connection,
  period,
  without,
}: EvidenceRequest): Promise<Known<MetricSource>> {
  if (without.metrics !== undefined) return { fault: without.metrics };
  const client = new CloudWatchClient({ ...connection, region });
  const [hours, every] = await Promise.all([
    asking('cloudwatch:GetMetricData', '*', metricHours(client, { service, stage }, period)),
    asking('cloudwatch:DescribeAlarms', '*', sweepSeconds(client, `${service}-${stage}`)),
  ]);
  return { known: { hours, sweepSeconds: every } };
}

/** The records of all calls that tamper with trails, and how far back they were read. */
async function tamperings(
  { region, connection, historyPaceMs = HISTORY_PACE_MS }: EvidenceRequest,
  { from, until }: Period,
): Promise<{ readonly records: unknown[]; readonly from: number }> {
  const client = new CloudTrailClient({ ...connection, region, maxAttempts: 10 });
  const history = eventHistory(() => client);
  const records: unknown[] = [];
  let readFrom = from;
  for (const value of Object.keys(TAMPERINGS)) {
    let next: string | undefined;
    for (let pages = 1; ; pages += 1) {
      const page = await history.page({ attribute: 'EventName', value }, from, until, next);
      records.push(...page.records);
      next = page.next;
      if (next !== undefined && pages === MOST_PAGES) readFrom = Math.max(readFrom, page.oldest ?? until);
      if (next === undefined || pages === MOST_PAGES) break;
      await sleep(historyPaceMs);
    }
  }
  return { records, from: readFrom };
}

async function historyOf(
  request: EvidenceRequest,
  account: string,
  ledgers: readonly OpenedLedger[],
  settledUntil: number,
): Promise<Known<HistorySource>> {
  const { without, period, now, declared, region } = request;
  if (without.history !== undefined) return { fault: without.history };
  const from = Math.max(period.from, now() - HISTORY_DAYS * DAY);
  const until = Math.min(period.until, settledUntil);
  if (from >= until) return { known: { read: { from, until: from }, records: [], told: [], own: [] } };
  const { records, from: readFrom } = await asking(
    'cloudtrail:LookupEvents',
    '*',
    tamperings(request, { from, until }),
  );
  const calls = changesIn(records, { account, region, declared });
  const ids = calls.flatMap(({ eventId }) => eventId ?? []);
  const requestIds = calls.flatMap(({ requestId }) => requestId ?? []);
  const [told, own] = await Promise.all([
    Promise.all(ledgers.map(({ table }) => table.read('call', ids))),
    Promise.all(ledgers.map(({ table }) => table.read('own', requestIds))),
  ]);
  return {
    known: {
      read: { from: readFrom, until },
      records,
      told: told.flat().map(({ id }) => id),
      own: own.flat().map(({ id }) => id),
    },
  };
}

/** Reads all that evidence of a period is made from. Rejects with an {@link EvidenceError} that names what to do. */
export async function readSources(request: EvidenceRequest): Promise<Sources> {
  const {
    notice,
    stage,
    region,
    period,
    declared,
    commits,
    drills,
    now,
    stillToldMs = STILL_TOLD_MS,
  } = request;
  const { account, ledgers } = await openLedgers(request);
  const madeAt = now();
  const metrics = await metricsOf(request);
  const every =
    'known' in metrics && 'known' in metrics.known.sweepSeconds ? metrics.known.sweepSeconds.known : 0;
  const history = await historyOf(request, account, ledgers, madeAt - stillToldMs - every * 1000);
  return {
    ...(notice !== undefined && { notice }),
    ...{ stage, account, region, period, madeAt, declared, metrics, history, commits },
    ...(drills && { drills }),
    ledgers: ledgers.map(({ source }) => source),
  };
}

/** Reads the ledgers alone, as they are now. Rejects with an {@link EvidenceError}. */
export async function readLedgers(request: EvidenceRequest): Promise<LedgerSource[]> {
  return (await openLedgers(request)).ledgers.map(({ source }) => source);
}
