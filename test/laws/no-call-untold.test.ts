import fc from './fast-check.ts';
import { heal } from '../../src/healing/heal.ts';
import { passText } from '../../src/incident/pass.ts';
import type { Repair } from '../../src/kinds/trail/repair.ts';
import { type Ledger, ledgerInMemory } from '../../src/telling/ledger.ts';
import { tellMessage } from '../../src/telling/tell-message.ts';
import { FakeHistory, arnOf } from '../fakes/history.ts';
import { eventOf, guardRole, mallory, orgAuditTrail } from '../fakes/samples.ts';
import { FakeClock, FakeTrails, guardOf } from '../fakes/trails.ts';
import { runs } from './runs.ts';

const MINUTE = 60_000;
const trail = orgAuditTrail.Name;
const sweep = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };

/** What an intruder does, as CloudTrail hears it and as it takes effect. */
const BLOWS: Readonly<Record<string, readonly [eventName: string, request: object, effect: Repair]>> = {
  stop: ['StopLogging', { name: trail }, { kind: 'startLogging', trail }],
  redirect: [
    'UpdateTrail',
    { name: arnOf(trail), s3BucketName: 'mallorys-bucket' },
    { kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } },
  ],
  putBack: [
    'UpdateTrail',
    { name: trail, s3BucketName: orgAuditTrail.S3BucketName },
    { kind: 'updateTrail', trail, settings: { S3BucketName: orgAuditTrail.S3BucketName } },
  ],
  clearKey: [
    'UpdateTrail',
    { name: trail, kmsKeyId: '' },
    { kind: 'updateTrail', trail, settings: { KmsKeyId: '' } },
  ],
  narrow: [
    'PutInsightSelectors',
    { trailName: trail, insightSelectors: [] },
    { kind: 'putInsightSelectors', trail, selectors: [] },
  ],
  tag: [
    'AddTags',
    { resourceId: arnOf(trail), tagsList: [{ key: 'decoy', value: 'x' }] },
    { kind: 'addTags', trail, tags: [{ Key: 'decoy', Value: 'x' }] },
  ],
};

interface Step {
  readonly waitSeconds: number;
  readonly blow: string;
  readonly key: number;
  readonly isRefused: boolean;
  readonly delivered: 'lost' | 'once' | 'twice' | 'late';
  /** Repairs that AWS refuses as long as this is the last thing that happened. */
  readonly refuses?: Repair['kind'] | undefined;
  /** Whether two containers tell at once: what there is to tell, and a tick of the schedule, or the same message twice. */
  readonly tellers?: 'one' | 'beside a tick' | 'the same' | undefined;
}

const REPAIRS: readonly Repair['kind'][] = [
  'startLogging',
  'updateTrail',
  'putInsightSelectors',
  'removeTags',
];

const steps = fc.array(
  fc.record({
    waitSeconds: fc.nat({ max: 240 }),
    blow: fc.constantFrom(...Object.keys(BLOWS)),
    key: fc.nat({ max: 2 }),
    isRefused: fc.boolean(),
    delivered: fc.constantFrom<Step['delivered'][]>('lost', 'once', 'twice', 'late'),
    refuses: fc.constantFrom(undefined, undefined, ...REPAIRS),
    tellers: fc.constantFrom<NonNullable<Step['tellers']>[]>('one', 'beside a tick', 'the same'),
  }),
  { minLength: 1, maxLength: 25 },
);

/** How many turns others have before each answer of the ledger, over and over. */
const pauses = fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 40 });

/** A ledger that two containers ask at once: each answer lets the other go on for some turns. */
function interleaved(ledger: Ledger, turns: readonly number[]): Ledger {
  let asked = 0;
  const after = async <T>(answer: () => Promise<T>): Promise<T> => {
    asked += 1;
    for (let left = turns[asked % turns.length] ?? 0; left > 0; left -= 1) await Promise.resolve();
    return answer();
  };
  return {
    read: (kind, ids) => after(() => ledger.read(kind, ids)),
    list: (kind) => after(() => ledger.list(kind)),
    write: (kind, id, value, replaces) => after(() => ledger.write(kind, id, value, replaces)),
    remove: (kind, id) => after(() => ledger.remove(kind, id)),
  };
}

/** A story, told by the real functions in a time of its own: every call that the guard has to tell, and every message. */
async function play(story: readonly Step[], lateMinutes: number, turns: readonly number[] = [0]) {
  const clock = new FakeClock();
  const history = new FakeHistory(clock);
  const trails = new FakeTrails(orgAuditTrail);
  const ledger = interleaved(ledgerInMemory(), turns);
  const guard = guardOf({ trails, history, clock, ledger });
  const parked: string[] = [];
  const send = (text: string) => Promise.resolve(void parked.push(text));
  const container = { ...guard, parked: { send } };
  const late: unknown[] = [];
  const calls: { id: string; isRefused: boolean }[] = [];
  let waiting: { readonly id: string; readonly text: string }[] = [];
  let sent = 0;
  let nextSweep = clock.now() + 5 * MINUTE;
  let filedOwn = 0;
  const iso = () => new Date(Math.floor(clock.now() / 1000) * 1000).toISOString().replace('.000Z', 'Z');
  const enqueue = (text: string): void => {
    sent += 1;
    waiting.push({ id: `message-${sent}`, text });
  };
  /** What waits is told in order, by one container or by two at once; what could not be told comes again. */
  const tell = async (tellers: Step['tellers']): Promise<void> => {
    const tick = () => {
      enqueue(JSON.stringify({ ...sweep, time: iso() }));
    };
    for (let tries = 0; waiting.length > 0; tries += 1) {
      if (tries > 100) throw new Error('what waits is never told');
      if (tellers === 'beside a tick' && waiting.length === 1) tick();
      const [first, second] = waiting;
      const both = tellers === 'the same' ? [first, first] : [first, second];
      const batch = (tellers === undefined || tellers === 'one' ? [first] : both).flatMap(
        (each) => each ?? [],
      );
      const done = await Promise.allSettled(batch.map(({ text, id }) => tellMessage(container, text, id)));
      const told = batch.filter((_, index) => done[index]?.status === 'fulfilled').map(({ id }) => id);
      waiting = waiting.filter(({ id }) => !told.includes(id));
    }
  };
  const look = async (event: unknown): Promise<void> => {
    enqueue(passText(await heal(guard, event)));
  };
  /** The guard's own repairs are calls, too: the history shows them, and the rules hear of them. */
  const fileOwn = async (): Promise<void> => {
    for (const { repair, requestId } of trails.answers.slice(filedOwn)) {
      filedOwn += 1;
      const eventName = repair.kind.charAt(0).toUpperCase() + repair.kind.slice(1);
      const event = eventOf(
        eventName,
        { name: trail },
        { eventID: `own-${requestId}`, requestID: requestId, eventTime: iso(), userIdentity: guardRole },
      );
      history.file(event.detail, lateMinutes * MINUTE);
      if (eventName === 'UpdateTrail') await look(event);
    }
  };
  const pass = async (events: readonly unknown[], tellers?: Step['tellers']): Promise<void> => {
    for (const event of events) await look(event);
    await fileOwn();
    await tell(tellers);
  };
  const waitUntil = async (time: number): Promise<void> => {
    for (; nextSweep <= time; nextSweep += 5 * MINUTE) {
      await clock.sleep(Math.max(nextSweep - clock.now(), 0));
      await pass([sweep]);
    }
    await clock.sleep(Math.max(time - clock.now(), 0));
  };
  for (const [index, step] of story.entries()) {
    const { waitSeconds, blow, key, isRefused, delivered, refuses, tellers } = step;
    await waitUntil(clock.now() + waitSeconds * 1000);
    trails.relent();
    if (refuses) trails.refuse(refuses, 'AccessDeniedException');
    const [eventName, request, effect] = BLOWS[blow] ?? ['', {}, { kind: 'startLogging', trail }];
    const id = `call-${index}`;
    const event = eventOf(eventName, request, {
      eventID: id,
      requestID: `hers-${index}`,
      eventTime: iso(),
      userIdentity: { ...mallory, accessKeyId: `ASIAEXAMPLE${key}` },
      ...(isRefused && { errorCode: 'AccessDenied' }),
    });
    if (!isRefused) trails.tamper(blow === 'stop' ? { kind: 'stopLogging', trail } : effect);
    calls.push({ id, isRefused });
    history.file(event.detail, lateMinutes * MINUTE);
    if (delivered === 'once') await pass([event], tellers);
    if (delivered === 'twice') await pass([event, event], tellers);
    if (delivered === 'late') late.push(event);
  }
  trails.relent();
  for (const event of late) await pass([event]);
  await waitUntil(clock.now() + (lateMinutes + 45) * MINUTE);
  return { calls, sent: guard.alerts.sent.map(({ report }) => report), guard, parked };
}

test('every successful call on a guarded trail stands in a message by its event id, once the history has caught up', () =>
  fc.assert(
    fc.asyncProperty(steps, fc.constantFrom(0, 2, 12, 60), pauses, async (story, lateMinutes, turns) => {
      const { calls, sent, parked } = await play(story, lateMinutes, turns);
      const told = new Set(sent.flatMap((report) => report.calls.map(({ eventId }) => eventId)));

      expect(calls.filter(({ id, isRefused }) => !isRefused && !told.has(id)).map(({ id }) => id)).toEqual(
        [],
      );
      expect(parked).toEqual([]);
    }),
    runs(60),
  ));

const burst = (count: number, blows: readonly string[], waitSeconds: number, isRefused = false): Step[] =>
  Array.from({ length: count }, (_, index) => ({
    waitSeconds,
    blow: blows[index % blows.length] ?? 'stop',
    key: 0,
    isRefused,
    delivered: 'once' as const,
  }));

test.each([
  ['100 refused calls', 3, burst(100, ['stop', 'redirect'], 1, true)],
  ['500 blows of one actor in 30 minutes', 10, burst(500, ['stop', 'redirect', 'clearKey', 'tag'], 3.6)],
  ['a burst of 20', 3, burst(20, ['tag'], 1)],
  ['a burst of 20 stops', 3, burst(20, ['stop'], 1)],
])('%s take %i messages at most', async (_what, most, story) => {
  const { sent, calls } = await play(story, 0);
  const told = new Set(sent.flatMap((report) => report.calls.map(({ eventId }) => eventId)));

  expect(sent.map(({ subject }) => subject).length).toBeLessThanOrEqual(most);
  expect(calls.filter(({ id, isRefused }) => !isRefused && !told.has(id))).toEqual([]);
});

test('what is worse is told with the first event that shows it, whatever decoys went before', async () => {
  const decoys = burst(8, ['tag'], 2);
  const { sent } = await play([...decoys, ...burst(1, ['stop'], 2)], 0);
  const worst = sent.findIndex(
    ({ severity, calls }) => severity === 'critical' && calls.some(({ eventId }) => eventId === 'call-8'),
  );

  expect(worst).toBeGreaterThanOrEqual(0);
  expect(worst).toBeLessThan(3);
});
