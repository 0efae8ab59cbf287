import type { Alert, Outlet } from '../../src/alert/alert.ts';
import type { DeclaredResource } from '../../src/kinds/resource.ts';
import { deliver, deliverUnsent, type Sender } from '../../src/telling/deliver.ts';
import { ledgerInMemory } from '../../src/telling/ledger.ts';
import { REPORTS } from '../fakes/told-incidents.ts';

const [REPORT] = Object.values(REPORTS);
if (!REPORT) throw new Error('There is no report');

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:trailkeeper-prod-alerts';
const part = (kind: string, name: string): DeclaredResource => ({
  ...{ kind, name, purpose: 'guard', watch: 'enforce', trails: [], fields: {} },
});

/** An outlet that can be closed, and what it took. */
function outlet(name: string): Outlet & { isClosed: boolean; readonly took: Alert[] } {
  const took: Alert[] = [];
  const made = {
    name,
    took,
    isClosed: false,
    publish: (alert: Alert) => {
      if (made.isClosed)
        return Promise.reject(Object.assign(new Error('is disabled'), { name: 'KMSDisabled' }));
      took.push(alert);
      return Promise.resolve();
    },
  };
  return made;
}

function senderOf() {
  const [first, second, hub] = [outlet('topic first'), outlet('topic second'), outlet('Security Hub')];
  const logged: object[] = [];
  const measured: string[] = [];
  const sender: Sender = {
    outlets: [first, hub],
    second,
    wayOut: [part('topic', TOPIC), part('subscription', TOPIC)],
    ledger: ledgerInMemory(),
    ledgerFault: () => undefined,
    clock: { now: () => 0, sleep: () => Promise.resolve() },
    log: (line) => logged.push(line),
    measure: (metric) => measured.push(metric),
  };
  const muted = (wrong: string) =>
    sender.ledger.write('trouble', `subscription ${TOPIC}`, { wrong, toldAt: 0 });
  return { first, second, hub, sender, logged, measured, muted };
}

const mailsOf = ({ took }: { readonly took: readonly Alert[] }) =>
  took.map(({ bodies }) => bodies.email.replaceAll(/\s+/g, ' '));

test('while the first topic is open, the second is told nothing', async () => {
  const { first, second, hub, sender, measured } = senderOf();
  await deliver(sender, REPORT);
  expect([first.took.length, second.took.length, hub.took.length]).toEqual([1, 0, 1]);
  expect(measured).toEqual([]);
});

test('what the first topic does not take is told by every other way, with the reason, and by the first once it is open', async () => {
  const { first, second, hub, sender, measured } = senderOf();
  first.isClosed = true;
  await deliver(sender, REPORT);
  expect(measured).toEqual(['AlertsUnsent']);
  for (const way of [second, hub])
    expect(mailsOf(way)).toEqual([
      expect.stringContaining('The first way to tell, topic first, was CLOSED: KMSDisabled: is disabled'),
    ]);
  await deliverUnsent(sender);
  expect(first.took).toEqual([]);
  first.isClosed = false;
  await deliverUnsent(sender);
  await deliverUnsent(sender);
  expect(mailsOf(first)).toHaveLength(1);
  expect(second.took).toHaveLength(1);
});

test('where no way is open, nothing is told, and it is told again', async () => {
  const { first, second, hub, sender } = senderOf();
  for (const way of [first, second, hub]) way.isClosed = true;
  await expect(deliver(sender, REPORT)).rejects.toThrow('is disabled');
  expect(await sender.ledger.list('unsent')).toEqual([]);
  expect(await sender.ledger.list('incident')).toEqual([]);
});

test('where nobody listens to the first topic, the second is told, too, and an alarm counts it', async () => {
  const { first, second, sender, measured, logged, muted } = senderOf();
  await muted('PendingConfirmation');
  await deliver(sender, REPORT);
  const said = 'The first way to tell may be MUTED: subscription trailkeeper-prod-alerts is not as declared.';
  for (const way of [first, second]) expect(mailsOf(way)).toEqual([expect.stringContaining(said)]);
  expect(measured).toEqual(['AlertsUnsent']);
  expect(logged).toEqual([expect.objectContaining({ alert: 'may be unheard' })]);
  await muted('');
  await deliver(sender, REPORT);
  expect(second.took).toHaveLength(1);
});

test('a report that tells itself of the wound counts before any sweep has', async () => {
  const { second, sender } = senderOf();
  const [told] = Object.values(REPORTS).flatMap(({ resources }) => resources);
  const wound = {
    ...told,
    kind: 'topic',
    name: TOPIC,
    title: 'topic trailkeeper-prod-alerts',
    purpose: 'guard',
    isWhole: false,
  };
  const report = {
    ...REPORT,
    resources: [
      {
        trails: [],
        watch: 'enforce',
        standing: 'here',
        verified: '',
        wasGone: false,
        changes: [],
        repairs: [],
        remarks: [],
        ...wound,
      },
    ],
  };
  await deliver(sender, report as never);
  expect(second.took).toHaveLength(1);
});
