import type { SQSBatchResponse, SQSEvent, Context } from 'aws-lambda';
import type { Outlet } from '../alert/alert.ts';
import { windowsIn } from './windows-in.ts';
import { cloudTrailClient } from '../aws/cloudtrail.ts';
import { eventHistory } from '../aws/history.ts';
import { readBatch } from '../aws/batch.ts';
import { ledgerClient, ledgerTable } from '../aws/ledger.ts';
import { lazy } from '../aws/lazy.ts';
import { leanQueue, queueUrl } from '../aws/queue.ts';
import { chatOutlet, snsClient, topicArn, topicAt, topicOutlet } from '../aws/sns.ts';
import { homeOf, rolesIn, settle } from '../config/settle.ts';
import { partsOf as subscribed } from '../kinds/subscription/subscription.ts';
import type { Principals } from '../containment/principals.ts';
import { keepLate } from '../telling/keep.ts';
import { ledgerInMemory } from '../telling/ledger.ts';
import { withFallback } from '../telling/ledger-fallback.ts';
import { tellMessage } from '../telling/tell-message.ts';
import type { Surroundings } from './compose-heal.ts';
import type { PartsOf } from './own-parts.ts';

/** What a deployment has chosen beside the topics. */
export interface Chosen {
  readonly outlets?: readonly Outlet[];
  readonly principals?: Principals | undefined;
  /** Ms from one question to the Event history to the next; a local AWS takes them as fast as they come. */
  readonly historyPaceMs?: number;
}

/** The history answers two calls a second. https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events-cli.html */
const HISTORY_PACE_MS = 500;

/** Of the time of an invocation, so much is kept for the message under way. */
const SHARE_FOR_THE_LAST = 1 / 3;

/**
 * The function that tells: it reads the queue of passes in order, and what it could not tell stays there. What can never be told is put
 * aside, and does not block what is behind it.
 */
export function composeTell(
  { environment, baseline, clock, journal, connection = {} }: Surroundings,
  { outlets = [], principals, historyPaceMs = HISTORY_PACE_MS }: Chosen = {},
  partsOf: PartsOf = () => [],
) {
  const historian = lazy(() => cloudTrailClient(connection));
  const sns = lazy(() => snsClient(connection));
  const days = Number(environment['EVIDENCE_DAYS'] ?? 365);
  const table = ledgerTable(ledgerClient(connection), environment['LEDGER_TABLE'] ?? '', days, () =>
    clock.now(),
  );
  const memory = ledgerInMemory();
  const chatTopic = environment['CHAT_TOPIC'];
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    await keepLate(table, memory, clock.now());
    const home = homeOf(context.invokedFunctionArn, baseline);
    const { ledger, fault } = withFallback(table, memory, clock);
    const remaining = () => context.getRemainingTimeInMillis();
    const parkedUrl = queueUrl(home, environment['PARKED_QUEUE'] ?? '', environment['AWS_ENDPOINT_URL']);
    const alertTopic = environment['ALERT_TOPIC'] ?? '';
    const secondTopic = environment['SECOND_TOPIC'];
    const own = partsOf('tell', home);
    const teller = {
      ...settle(environment, baseline, home, own),
      home,
      wayOut: own.filter(
        ({ kind, name }) => kind === 'key' || subscribed(name)[0] === topicArn(home, alertTopic),
      ),
      second: secondTopic ? topicAt(sns, secondTopic) : undefined,
      history: eventHistory(historian),
      windows: windowsIn(environment, historian(), home, clock),
      ledger,
      ledgerFault: fault,
      outlets: [
        topicOutlet(sns, home, alertTopic),
        ...(chatTopic ? [chatOutlet(sns, home, chatTopic)] : []),
        ...outlets,
      ],
      principals,
      historyPaceMs,
      guardRoles: rolesIn(environment),
      parked: leanQueue(historian(), parkedUrl, (ms) => clock.sleep(ms)),
      clock,
      deadline: clock.now() + remaining() * (1 - SHARE_FOR_THE_LAST),
      log: journal.note,
      measure: journal.measure,
    };
    return readBatch(event, context, (body, id) => tellMessage(teller, body, id));
  };
}
