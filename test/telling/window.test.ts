import type { Call } from '../../src/record/call.ts';
import { heldBack, isToldAtOnce, MOST_HELD, type News, told, type Window } from '../../src/telling/window.ts';

const MINUTE = 60_000;
const call: Call = {
  kind: 'trail',
  eventName: 'AddTags',
  tampering: { deed: 'tagged', story: 'was TAGGED', part: 'tags' },
  actor: { name: 'role Admin', shortName: 'mallory' },
  isAboutTrail: true,
  request: {},
};
const tagged: News = {
  who: 'mallory',
  about: ['audit tags'],
  severity: 'medium',
  isGood: true,
  calls: [call],
};
const opened = told(undefined, tagged, 0, 'first');
const holding: Window = heldBack(opened, tagged, MINUTE, '{}');

test.each<[string, Window | undefined, News, number, string, boolean]>([
  ['the first of a kind is told at once', undefined, tagged, 0, 'first', true],
  ['more of the same waits', opened, tagged, MINUTE, 'second', false],
  ['the same record is told when it comes again', opened, tagged, MINUTE, 'first', true],
  ['what is worse is told at once', opened, { ...tagged, severity: 'high' }, MINUTE, 'second', true],
  ['what is less bad waits', opened, { ...tagged, severity: 'low' }, MINUTE, 'second', false],
  ['another part is told at once', opened, { ...tagged, about: ['audit logging'] }, MINUTE, 'second', true],
  ['what ends otherwise is told at once', opened, { ...tagged, isGood: false }, MINUTE, 'second', true],
  ['what has waited five minutes takes the rest along', holding, tagged, 5 * MINUTE, 'third', true],
  ['a story of an hour ago is over', opened, tagged, 60 * MINUTE, 'second', true],
])('%s', (_sentence, window, news, now, record, isAtOnce) => {
  expect(isToldAtOnce(window, news, now, record)).toBe(isAtOnce);
});

test('more calls than fit into one message are told at once', () => {
  const calls = Array.from({ length: MOST_HELD }, () => call);
  const full = heldBack(opened, { ...tagged, calls }, MINUTE, '{}');

  expect(isToldAtOnce(full, tagged, MINUTE, 'another')).toBe(true);
});

test('what is held back is held without its request, and with the worst of its severities', () => {
  const mild = { ...tagged, severity: 'low', calls: [{ ...call, request: { a: 1 } }] } as const;
  const { held } = heldBack(holding, mild, MINUTE, '{}');

  expect(held).toMatchObject({ since: MINUTE, severity: 'medium' });
  expect(held?.calls.map(({ request }) => request)).toEqual([{}, {}]);
});

test('each message about what was held back makes the next one wait longer, half an hour at most', () => {
  let window = opened;
  const pauses: number[] = [];
  for (let turn = 1; turn < 6; turn += 1) {
    window = told(heldBack(window, tagged, 0, '{}'), tagged, 0, String(turn));
    pauses.push(window.pauseMs / MINUTE);
  }

  expect(pauses).toEqual([10, 20, 30, 30, 30]);
});
