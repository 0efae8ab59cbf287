import { gunzipSync } from 'node:zlib';
import { asError } from '../foreign/error.ts';
import { asRecord } from '../foreign/values.ts';
import { COMPRESSED, type Pass, PassError, readPass } from '../incident/pass.ts';
import { LedgerConflict } from './ledger.ts';
import { tellWindows } from './tell-windows.ts';
import { isTick, tellDue, tellPass, type Teller } from './tell.ts';

/** What it takes to tell what comes by the queue. */
export interface Reader extends Teller {
  /** Where what can never be told is put aside. Rejects with the queue's error. */
  readonly parked: { send(text: string, id: string): Promise<void> };
}

/** So often a decision is made again that somebody else has overtaken. */
const MOST_DECISIONS = 5;

/** When a tick was made; one that does not say so, or is still to come, is of no time: by it nothing was handed over. */
function tickedAt(tick: unknown, now: number): number {
  const time = Date.parse(String(asRecord(tick)['time']));
  return time <= now ? time : 0;
}

function read(body: string, now: number): { tickedAt: number; tick: unknown } | { pass: Pass } {
  const text = body.startsWith(COMPRESSED)
    ? gunzipSync(Buffer.from(body.slice(COMPRESSED.length), 'base64')).toString()
    : body;
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch (cause) {
    throw new PassError('The message is no JSON', { cause });
  }
  return isTick(message) ? { tickedAt: tickedAt(message, now), tick: message } : { pass: readPass(text) };
}

/** How SNS begins when the message itself is at fault. UNVERIFIED: AWS lists no such texts. What begins otherwise is about the topic. */
const UNSENDABLE = /^(Invalid parameter: )?(Empty message|Message|Subject|The message attribute)\b/;

/** By these SNS says that it does not take what was asked of it: the message, or the topic that it goes to. */
const INVALID = ['InvalidParameterException', 'InvalidParameterValueException', 'ValidationException'];

/**
 * Whether an error is an answer of AWS, or of the network on the way there: it may be another by the next try, unless the message itself is
 * at fault. Everything else is a fault of this program, and so it will be at every try.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors
 */
function isOutage(error: Error & { readonly $fault?: unknown; readonly code?: unknown }): boolean {
  const isOfAws = error.$fault !== undefined || error.code !== undefined || error.name === 'TimeoutError';
  return isOfAws && !(INVALID.includes(error.name) && UNSENDABLE.test(error.message));
}

async function tellOnce(reader: Reader, message: ReturnType<typeof read>, id: string): Promise<void> {
  for (let decisions = 1; ; decisions += 1) {
    try {
      if ('pass' in message) await tellPass(reader, message.pass, id);
      else {
        await tellWindows(reader, message.tick);
        await tellDue(reader, id, message.tickedAt);
      }
      return;
    } catch (thrown) {
      if (!(thrown instanceof LedgerConflict) || decisions === MOST_DECISIONS) throw thrown;
    }
  }
}

/**
 * Tells one message of the queue: a pass, or a tick of the schedule. What can never be told is parked, so that it does not block what is
 * behind it. Rejects with what keeps it from being told now: then it comes again.
 */
export async function tellMessage(reader: Reader, body: string, id: string): Promise<void> {
  try {
    await tellOnce(reader, read(body, reader.clock.now()), id);
  } catch (thrown) {
    const error = asError(thrown);
    if (isOutage(error) || error instanceof LedgerConflict) throw error;
    reader.log({ message: 'parked', id, error: error.name, reason: error.message, stack: error.stack });
    reader.measure('MessagesParked', 1);
    await reader.parked.send(body, id);
  }
  const fault = reader.ledgerFault();
  if (fault) {
    reader.log({ ledger: 'not available', error: fault.name, reason: fault.message });
    reader.measure('LedgerUnavailable', 1);
  }
}
