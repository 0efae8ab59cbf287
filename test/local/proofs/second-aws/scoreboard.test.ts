import { TRAIL_ATTACKS } from '../../../../local/drill/attacks/trails.ts';
import { allWell, line, summary, verdictOf } from '../../../../local/proofs/second-aws/scoreboard.ts';
import type { Result } from '../../../../local/proofs/second-aws/strike.ts';

const ALERT = { subject: 'stopped', body: 'role Admin, session mallory, from 198.51.100.7' };
const HEALED: Result = {
  struck: ['org-audit-trail.IsLogging'],
  broken: [],
  repairs: ['StartLogging'],
  alerts: [ALERT],
  untold: [],
  problems: [],
  tookMs: 80,
};
const QUIET: Result = { ...HEALED, struck: [], repairs: [], alerts: [] };

test.each<[string, string, Partial<Result>]>([
  ['healed and told', 'whole', {}],
  ['healed and not told', 'broken', { alerts: [] }],
  ['told, but for one call', 'broken', { untold: ['StopLogging'] }],
  ['told without the actor', 'broken', { alerts: [{ ...ALERT, body: 'from 198.51.100.7' }] }],
  ['not as before', 'broken', { broken: ['org-audit-trail.IsLogging'] }],
  ['healed by a run that failed', 'broken', { problems: ['a run failed'] }],
  ['without effect', 'nothing to heal', { struck: [], alerts: [] }],
])('an attack that was %s counts as %s', (_, verdict, change) => {
  expect(verdictOf({ ...HEALED, ...change })).toBe(verdict);
});

const bout = (name: string, change: Partial<Result> = {}) => {
  const attack = TRAIL_ATTACKS.find((each) => each.name === name);
  if (!attack) throw new Error(`no such attack: ${name}`);
  return { attack, lit: { ...HEALED, ...change }, dark: { ...HEALED, ...change } };
};

test('the sum names what this AWS cannot represent, and what only the relay keeps', () => {
  const told = summary(
    [
      bout('stop'),
      bout('no-recursive-logging', { struck: [], alerts: [] }),
      bout('no-aggregation', { struck: ['org-audit-trail.AggregationConfigurations'] }),
    ],
    QUIET,
    ['PutEventConfiguration'],
  );
  expect(told).toContain('3 attacks, 2 whole both ways, 1 without effect on this AWS');
  expect(told).toContain('Nothing is proven by no-recursive-logging');
  expect(told).toContain('Little is proven by no-aggregation');
  expect(told).toContain('stood in for PutEventConfiguration.');
});

test('one broken way, or a sweep that is not quiet, spoils the whole', () => {
  const half = { ...bout('stop'), dark: { ...HEALED, broken: ['org-audit-trail.IsLogging'] } };
  expect(allWell([bout('stop')], QUIET)).toBe(true);
  expect(allWell([half], QUIET)).toBe(false);
  expect(allWell([bout('stop')], { ...QUIET, repairs: ['UpdateTrail'] })).toBe(false);
  expect(line(half)).toContain('by a sweep: org-audit-trail.IsLogging is not as before');
});
