import { BEFORE_THE_FIRST, keptAfter, type KeptReport, type Link, type Sent } from '../report/kept.ts';
import { type Ledger, LedgerConflict } from './ledger.ts';

const END = 'end';

/** More records than containers could have left behind the noted end. */
const MOST_STEPS = 100;

/** By its number, so that the ledger lists the records in order, and holds each number once: two at once cannot fork the chain. */
const idOf = (number: number): string => String(number).padStart(12, '0');

/** The last record, asked of all of them where it is not noted. */
async function endOf(ledger: Ledger): Promise<{ readonly end: Link; readonly version: number }> {
  const [noted] = await ledger.read('chain', [END]);
  if (noted) return { end: noted.value, version: noted.version };
  const kept = (await ledger.list('incident')).map(({ value }) => value);
  return { end: kept.reduce<Link>((a, b) => (a.number > b.number ? a : b), BEFORE_THE_FIRST), version: 0 };
}

/** Writes a record behind another, unless its number is taken: then gives what has taken it. */
async function writeAfter(
  ledger: Ledger,
  end: Link,
  sent: Sent,
): Promise<{ readonly kept: KeptReport } | { readonly taken: Link }> {
  const record = keptAfter(end, sent);
  try {
    await ledger.write('incident', idOf(record.number), record, 0);
    return { kept: record };
  } catch (thrown) {
    if (!(thrown instanceof LedgerConflict)) throw thrown;
    const [there] = await ledger.read('incident', [idOf(record.number)]);
    // A write whose answer was lost is tried again, and meets itself.
    if (there?.value.hash === record.hash) return { kept: record };
    return { taken: there?.value ?? end };
  }
}

/**
 * Keeps a message as evidence, chained to the one before. The noted end may lag behind, where a container has died: then the records
 * themselves lead on from there. Where they lead nowhere, the message is kept beside the chain, which shows. Rejects with the ledger's error alone, never with a {@link LedgerConflict}.
 */
export async function keep(ledger: Ledger, sent: Sent): Promise<void> {
  const { end, version } = await endOf(ledger);
  let last = end;
  for (let steps = 0; steps < MOST_STEPS; steps += 1) {
    const came = await writeAfter(ledger, last, sent);
    if ('kept' in came) {
      const { number, hash } = came.kept;
      await ledger.write('chain', END, { number, hash }, version).catch((thrown: unknown) => {
        // Somebody else has noted a later end, or one that leads there.
        if (!(thrown instanceof LedgerConflict)) throw thrown;
      });
      return;
    }
    last = came.taken;
  }
  await ledger.write('incident', `${sent.sentAt} ${sent.report.id}`, keptAfter(last, sent));
}

/**
 * Puts down what was sent while the ledger was away, as far as this container remembers it. What still cannot be put down stays
 * remembered. Never rejects: nothing that is to be told waits for it.
 */
export async function keepLate(table: Ledger, memory: Ledger, now: number): Promise<void> {
  const keptLateAt = new Date(now).toISOString();
  try {
    for (const { id, value } of await memory.list('incident')) {
      const { sentAt, report } = value;
      await keep(table, { sentAt, keptLateAt, report });
      await memory.remove('incident', id);
    }
    await memory.remove('chain', END);
  } catch {
    // The ledger is away still, which the metric LedgerUnavailable says as soon as it is needed.
  }
}
