import { drillEnd, drillName, isInDrill, withDrills } from '../../src/baseline/drill.ts';
import { baselineOf, home, orgAuditTrail } from '../fakes/samples.ts';

const NOON = Date.parse('2026-11-26T12:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

test('the name says until when', () => {
  expect(drillName(NOON + 999)).toBe('trailkeeper-drill-20261126T120000Z');
  expect(drillEnd('trailkeeper-drill-20261126T120000Z')).toBe(NOON);
});

test.each([
  'org-audit-trail',
  'trailkeeper-drill-',
  'trailkeeper-drill-prod',
  'trailkeeper-drill-20260230T120000Z',
  'trailkeeper-drill-20261126T120000Z-2',
  'x-trailkeeper-drill-20261126T120000Z',
  'trailkeeper-drill-2026-11-26',
])('%s is the name of no drill', (name) => {
  expect(drillEnd(name)).toBeUndefined();
});

test.each<[string, number, boolean]>([
  ['an hour before its end', NOON - HOUR, true],
  ['just before its end', NOON - 1, true],
  ['at its end', NOON, false],
  ['ever after', NOON + HOUR, false],
  ['more than an hour before: nobody can order a defence for tomorrow', NOON - HOUR - 1, false],
])("a trail is a drill's or not: %s", (_when, now, expected) => {
  expect(isInDrill(drillName(NOON), now)).toBe(expected);
});

test('a drill is declared beside the others, once, and only while it lasts', () => {
  const name = drillName(NOON);
  const declared = baselineOf(orgAuditTrail);
  const names = (now: number) =>
    withDrills(declared, [name, name, 'team-trail'], home, now).Trails.map(({ Name }) => Name);
  const before = declared.Trails.map(({ Name }) => Name);
  expect(names(NOON - MINUTE)).toEqual([...before, name]);
  expect(names(NOON)).toEqual(before);
  expect(withDrills({ ...declared, Trails: [] }, [name], home, NOON - MINUTE).Trails).toEqual([]);
});
