import { hashOf, type KeptReport, type Sent } from '../../src/report/kept.ts';
import { reportOf } from '../../src/report/report.ts';
import { keep, keepLate } from '../../src/telling/keep.ts';
import { type Ledger, LedgerConflict, ledgerInMemory } from '../../src/telling/ledger.ts';
import { incidentOf } from '../fakes/incident.ts';
import { REPORTS } from '../fakes/told-incidents.ts';
import { awsError } from '../fakes/trails.ts';

const report = REPORTS['stopped-and-restored'] ?? reportOf(incidentOf());
const sent = (minute: number): Sent => ({
  sentAt: `2026-11-20T23:${String(minute).padStart(2, '0')}:00Z`,
  report,
});

const kept = async (ledger: Ledger): Promise<KeptReport[]> =>
  (await ledger.list('incident')).map(({ value }) => value).sort((a, b) => a.number - b.number);

/** Numbers from 1 without a gap, each with the hash of the one before, and its own. */
async function expectOneChain(ledger: Ledger, length: number): Promise<void> {
  const records = await kept(ledger);
  expect(records.map(({ number }) => number)).toEqual(Array.from({ length }, (_, index) => index + 1));
  expect(records.map(({ previous }) => previous)).toEqual([
    '',
    ...records.slice(0, -1).map(({ hash }) => hash),
  ]);
  expect(records.map(hashOf)).toEqual(records.map(({ hash }) => hash));
}

test('each message is chained to the one before, and the end is noted', async () => {
  const ledger = ledgerInMemory();
  for (const minute of [1, 2, 3]) await keep(ledger, sent(minute));

  await expectOneChain(ledger, 3);
  const [end] = await ledger.read('chain', ['end']);
  expect(end?.value).toEqual({ number: 3, hash: (await kept(ledger)).at(-1)?.hash });
});

test('two at once do not fork the chain', async () => {
  const ledger = ledgerInMemory();
  await Promise.all([1, 2, 3, 4, 5].map((minute) => keep(ledger, sent(minute))));

  await expectOneChain(ledger, 5);
  expect((await kept(ledger)).map(({ sentAt }) => sentAt).sort()).toEqual(
    [1, 2, 3, 4, 5].map((minute) => sent(minute).sentAt),
  );
});

test.each<[string, (ledger: Ledger) => Promise<void>]>([
  ['lags behind', (ledger) => ledger.write('chain', 'end', { number: 1, hash: 'of a container that died' })],
  ['is gone', (ledger) => ledger.remove('chain', 'end')],
])('the chain goes on from its last record when its noted end %s', async (_what, spoil) => {
  const ledger = ledgerInMemory();
  for (const minute of [1, 2, 3]) await keep(ledger, sent(minute));
  await spoil(ledger);
  await keep(ledger, sent(4));

  await expectOneChain(ledger, 4);
});

test('a write whose answer was lost, and that meets itself when it is tried again, is kept once', async () => {
  const ledger = ledgerInMemory();
  const answerLost: Ledger = {
    ...ledger,
    write: async (kind, id, value, replaces) => {
      await ledger.write(kind, id, value, replaces);
      if (kind === 'incident') throw new LedgerConflict('it is there already');
    },
  };
  await keep(answerLost, sent(1));

  await expectOneChain(ledger, 1);
});

test('a message is kept beside the chain when every number is taken, and nothing fails', async () => {
  const ledger = ledgerInMemory();
  const taken: Ledger = {
    ...ledger,
    write: (kind, id, value, replaces) =>
      replaces === 0 ? Promise.reject(new LedgerConflict('taken')) : ledger.write(kind, id, value, replaces),
  };
  await keep(taken, sent(1));

  expect((await ledger.list('incident')).map(({ id }) => id)).toEqual([`${sent(1).sentAt} ${report.id}`]);
});

describe('what was sent while the ledger was away', () => {
  const LATER = Date.parse('2026-11-20T23:59:00Z');

  test('is put down behind what is there, and says so', async () => {
    const [table, memory] = [ledgerInMemory(), ledgerInMemory()];
    await keep(table, sent(1));
    for (const minute of [2, 3]) await keep(memory, sent(minute));
    await keepLate(table, memory, LATER);
    await keepLate(table, memory, LATER);
    await keep(table, sent(4));

    await expectOneChain(table, 4);
    expect((await kept(table)).map(({ keptLateAt }) => keptLateAt)).toEqual([
      undefined,
      ...['2026-11-20T23:59:00.000Z', '2026-11-20T23:59:00.000Z'],
      undefined,
    ]);
  });

  test('stays remembered as long as it is away', async () => {
    const gone = () => Promise.reject(awsError('ResourceNotFoundException'));
    const [table, memory] = [ledgerInMemory(), ledgerInMemory()];
    await keep(memory, sent(1));
    await keepLate({ read: gone, list: gone, write: gone, remove: gone }, memory, LATER);
    await keepLate(table, memory, LATER);

    await expectOneChain(table, 1);
  });
});
