import type { Incident } from '../../src/incident/incident.ts';
import { createTugOfWar } from '../../src/telling/tug-of-war.ts';
import { incidentOf, outcomeOf, wholeOutcome } from '../fakes/incident.ts';
import { eventOf, mallory, observed, orgAuditTrail, stopLogging } from '../fakes/samples.ts';

const MINUTE = 60_000;
const session = (number: number) => `arn:aws:sts::123456789012:assumed-role/Admin/mallory-${number}`;
const name = orgAuditTrail.Name;
const stopped = observed(orgAuditTrail, { IsLogging: false });
const stop = () => incidentOf();
const broken = () => incidentOf(stopLogging(), { outcomes: [outcomeOf(stopped, stopped)] });
const refused = () => incidentOf(stopLogging(name, { errorCode: 'AccessDenied' }));
const byAnother = () => incidentOf(stopLogging(name, { userIdentity: { ...mallory, arn: session(2) } }));
const onAnother = () => incidentOf(stopLogging('data-trail'), { outcomes: [wholeOutcome('data-trail')] });

/** What is told of incidents, each at its minute: how often it stands for, or nothing. */
function told(...given: readonly (readonly [minute: number, incident: Incident])[]): (number | undefined)[] {
  const war = createTugOfWar();
  return given.map(([minute, incident]) => {
    const [now] = war.admit(incident, minute * MINUTE);
    return now && (now.repeats?.count ?? 1);
  });
}

describe('of one actor and one trail', () => {
  test.each<[string, (number | undefined)[], (readonly [number, Incident])[]]>([
    ['the first is told at once', [1], [[0, stop()]]],
    [
      'the next in five minutes waits',
      [1, undefined, undefined],
      [
        [0, stop()],
        [1, stop()],
        [4.9, stop()],
      ],
    ],
    [
      'the next after that counts those that waited',
      [1, undefined, undefined, 3],
      [
        [0, stop()],
        [1, stop()],
        [2, stop()],
        [5, stop()],
      ],
    ],
    [
      'one that none waited for counts itself',
      [1, 1],
      [
        [0, stop()],
        [5, stop()],
      ],
    ],
    [
      'the five minutes begin anew with each message',
      [1, undefined, 2, undefined],
      [
        [0, stop()],
        [1, stop()],
        [5, stop()],
        [9, stop()],
      ],
    ],
    [
      'that it could not be repaired is told at once',
      [1, undefined, 2],
      [
        [0, stop()],
        [1, stop()],
        [2, broken()],
      ],
    ],
    [
      'that it could be repaired again is told at once',
      [1, 1],
      [
        [0, broken()],
        [1, stop()],
      ],
    ],
    [
      'that it still cannot be repaired waits',
      [1, undefined],
      [
        [0, broken()],
        [1, broken()],
      ],
    ],
    [
      'a refused attempt hides no success',
      [1, 1],
      [
        [0, refused()],
        [1, stop()],
      ],
    ],
    [
      'a success hides no refused attempt',
      [1, 1],
      [
        [0, stop()],
        [1, refused()],
      ],
    ],
  ])('%s', (_what, counts, given) => {
    expect(told(...given)).toEqual(counts);
  });
});

test.each<[string, Incident]>([
  ['another actor', byAnother()],
  ['another trail', onAnother()],
])('%s is told by itself', (_what, incident) => {
  expect(told([0, stop()], [1, incident])).toEqual([1, 1]);
});

test('what names no trail, or nobody, is told every time', () => {
  const nameless = incidentOf(eventOf('StopLogging', null));
  const sweep = incidentOf({ source: 'aws.events' });

  expect(told([0, nameless], [1, nameless], [2, sweep], [3, sweep])).toEqual([1, 1, 1, 1]);
});

describe('what has waited', () => {
  test('is told by whatever comes next, once five minutes are over, with its count', () => {
    const war = createTugOfWar();
    for (const minute of [0, 1, 2]) war.admit(stop(), minute * MINUTE);

    expect(war.due(4 * MINUTE)).toEqual([]);
    expect(war.due(5 * MINUTE).map(({ repeats }) => repeats)).toEqual([
      { count: 2, since: new Date(0).toISOString() },
    ]);
    expect(war.due(10 * MINUTE)).toEqual([]);
  });

  test('waits five more minutes after it was told', () => {
    const war = createTugOfWar();
    for (const minute of [0, 1]) war.admit(stop(), minute * MINUTE);
    war.due(5 * MINUTE);

    expect(war.admit(stop(), 6 * MINUTE)).toEqual([]);
  });
});

test('a thousand actors are remembered, and the one longest not told is forgotten: that is one mail too many', () => {
  const war = createTugOfWar();
  const by = (index: number) =>
    incidentOf(stopLogging(name, { userIdentity: { ...mallory, arn: session(index) } }));
  for (let index = 0; index <= 1000; index += 1) war.admit(by(index), 0);

  expect(war.admit(by(1000), MINUTE)).toEqual([]);
  expect(war.admit(by(0), MINUTE)).toHaveLength(1);
});
