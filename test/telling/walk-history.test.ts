import { questions, stretchesToRead, walkHistory } from '../../src/telling/walk-history.ts';
import { ledgerInMemory } from '../../src/telling/ledger.ts';
import { FakeHistory } from '../fakes/history.ts';
import { home, stopLogging } from '../fakes/samples.ts';
import { FakeClock } from '../fakes/trails.ts';

const MINUTE = 60_000;

function walker() {
  const clock = new FakeClock();
  return {
    clock,
    history: new FakeHistory(clock),
    ledger: ledgerInMemory(),
    home,
    deadline: Infinity,
    historyPaceMs: 500,
  };
}

function stopAt(ms: number, eventID: string) {
  return stopLogging('org-audit-trail', { eventID, eventTime: new Date(ms).toISOString() }).detail;
}

const idsOf = (records: readonly unknown[]) =>
  records.map((record) => (record as { eventID: string }).eventID);

test('calls that only trails have are asked for by name, all else by the names and ARNs of the declared trails', () => {
  const asked = questions(home, [{ Name: 'audit' }], [])[0].map(
    ({ attribute, value }) => `${attribute} ${value}`,
  );

  expect(asked).toContain('EventName StopLogging');
  expect(asked).not.toContain('EventName AddTags');
  expect(asked.slice(-2)).toEqual([
    'ResourceName audit',
    'ResourceName arn:aws:cloudtrail:us-east-1:123456789012:trail/audit',
  ]);
});

test.each([
  ['role', 'trailkeeper-prod-WatchRole', 'DetachRolePolicy'],
  ['managed-policy', 'arn:aws:iam::123456789012:policy/trailkeeper-prod-watch-guard', 'CreatePolicyVersion'],
])(
  'who may take the rights of a function from it by a %s is asked for in each walk',
  (kind, name, eventName) => {
    const part = { kind, name, watch: 'alert', trails: [], fields: {} } as const;
    const asked = (purpose: 'guard' | 'delivery') =>
      questions(home, [], [{ ...part, purpose }])[0].map(({ value }) => value);
    expect(asked('guard')).toContain(eventName);
    expect(asked('delivery')).not.toContain(eventName);
  },
);

test.each([
  ['an hour and more at first', undefined, [[34, 100]]],
  [
    'what has come since, and once more what may have shown late',
    { until: 95 * MINUTE, gaps: [] },
    [
      [94, 100],
      [30, 94],
    ],
  ],
  [
    'what was left out before what may have shown late',
    { until: 95 * MINUTE, gaps: [{ from: 10 * MINUTE, until: 20 * MINUTE }] },
    [
      [94, 100],
      [10, 20],
      [30, 94],
    ],
  ],
])('it reads %s', (_what, read, expected) => {
  const stretches = stretchesToRead(read, 100 * MINUTE);

  expect(stretches.map(({ from, until }) => [from / MINUTE, until / MINUTE])).toEqual(expected);
});

test('it asks twice a second at most', async () => {
  const given = walker();
  await walkHistory(given, questions(home, [{ Name: 'audit' }], []));

  expect(given.clock.sleeps).toHaveLength(questions(home, [{ Name: 'audit' }], [])[0].length - 1);
  expect(Math.min(...given.clock.sleeps)).toBe(500);
});

test('a flood is read on by the next walk, and said to be unread until then', async () => {
  const given = walker();
  const start = given.clock.now();
  given.history.file(stopAt(start - 30 * MINUTE, 'buried'), 0);
  for (let call = 0; call < 3000; call += 1)
    given.history.file(stopAt(start - (10 + call / 1000) * MINUTE, `flood-${call}`), 0);
  const first = await walkHistory(given, questions(home, [], []));
  await given.clock.sleep(5 * MINUTE);
  const second = await walkHistory(given, questions(home, [], []));

  expect(idsOf(first.records)).not.toContain('buried');
  expect(first.unread).toContain('EventName StopLogging: too much for one look');
  expect(idsOf(second.records)).toContain('buried');
});

test('of much that is guarded, no more is asked in one walk than it can read: the rest is not unread, but asked the next time', async () => {
  const given = walker();
  const guarded = Array.from({ length: 100 }, (_, at) => {
    const name = `part-${String(at)}`;
    return { kind: 'topic', name, purpose: 'guard', watch: 'alert', trails: [], fields: {} } as const;
  });
  const trails = Array.from({ length: 20 }, (_, at) => ({ Name: `trail-${String(at)}` }));
  const walks = [
    await walkHistory(given, questions(home, trails, guarded)),
    await walkHistory(given, questions(home, trails, guarded)),
  ];

  expect(walks.map(({ unread }) => unread)).toEqual([[], []]);
});

test('what throttling kept from being read is read by the next walk', async () => {
  const given = walker();
  given.history.file(stopAt(given.clock.now() - MINUTE, 'call'), 0);
  given.history.refused = 100;
  const first = await walkHistory(given, questions(home, [], []));
  given.history.refused = 0;
  await given.clock.sleep(5 * MINUTE);
  const second = await walkHistory(given, questions(home, [], []));

  expect(first.unread).toContain('EventName StopLogging: ThrottlingException');
  expect(idsOf(second.records)).toContain('call');
});

test('a call that shows an hour late is read', async () => {
  const given = walker();
  given.history.file(stopAt(given.clock.now() - MINUTE, 'late'), 60 * MINUTE);
  await walkHistory(given, questions(home, [], []));
  const found: string[] = [];
  for (let turn = 0; turn < 14; turn += 1) {
    await given.clock.sleep(5 * MINUTE);
    found.push(...idsOf((await walkHistory(given, questions(home, [], []))).records));
  }

  expect(found).toContain('late');
});
