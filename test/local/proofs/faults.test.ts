import fc from '../../laws/fast-check.ts';
import { TRAIL_ATTACKS } from '../../../local/drill/attacks/trails.ts';
import type { Load } from '../../../local/aws/lambda/in-this-process.ts';
import { anyTrouble } from '../../../local/proofs/faults/any.ts';
import { everyDelivery, everyFault, everyScenario } from '../../../local/proofs/faults/every.ts';
import { KIND_NAMES } from '../../../local/proofs/faults/kinds.ts';
import { CALM, type Mishap, type Trouble } from '../../../local/proofs/faults/trouble.ts';
import { undergo } from '../../../local/proofs/faults/undergo.ts';
import { theGuard } from '../../../local/drill/virtual-range.ts';
import { packageOf } from '../../packages/packages.ts';

const suffer = (trouble: Partial<Trouble>, load?: Load) =>
  undergo({ ...CALM, attacks: ['delete'], ...trouble }, packageOf('drill'), load);

const BY_ITSELF = { broken: [], whole: 'itself', told: 'itself' };

/** A sample of each table; .ci/nightly tries all. */
const some = <T>(table: readonly T[]): readonly T[] =>
  process.env['NIGHTLY'] ? table : table.filter((_, index) => index % 5 === 0);

test.each(some(KIND_NAMES))(
  'a CreateTrail that meets "%s" is made good by the guard itself',
  async (kind) => {
    await expect(suffer({ mishaps: [{ call: 0, kind }] })).resolves.toMatchObject(BY_ITSELF);
  },
);

const THROTTLED: [string, Mishap] = [
  'CloudTrail is throttled for as long as Lambda tries',
  { call: 0, kind: 'throttled', lasting: true },
];

test.each<[string, Mishap]>([
  ['CreateTrail may not be called', { call: 0, kind: 'access denied', lasting: true }],
  ['the answer to no CreateTrail gets through', { call: 0, kind: 'answer lost', lasting: true }],
  ['each container dies at PutEventSelectors', { call: 8, kind: 'killed before', lasting: true }],
  [
    'CloudTrail answers no CreateTrail for as long as Lambda tries',
    { call: 0, kind: 'timed out', lasting: true },
  ],
  // Each of its thousand tries comes back as an event.
  ...(process.env['NIGHTLY'] ? [THROTTLED] : []),
])('while %s, nothing is lost, and the next sweep makes good what is left', async (_, mishap) => {
  await expect(suffer({ mishaps: [mishap] })).resolves.toMatchObject({ broken: [] });
});

test.each(some(everyDelivery('delete-and-recreate')).map(({ row, trouble }) => [row, trouble] as const))(
  'a trail that was deleted and made anew, weak, is whole again and told, with %s',
  async (_, trouble) => {
    await expect(suffer(trouble)).resolves.toMatchObject({ broken: [] });
  },
);

test('whatever goes wrong, one sweep afterwards leaves the trails whole and somebody told', async () => {
  await fc.assert(
    fc.asyncProperty(anyTrouble, async (trouble) => {
      expect((await suffer(trouble)).broken).toEqual([]);
    }),
    { numRuns: process.env['NIGHTLY'] ? 20 : 2 },
  );
});

/** A guard whose functions that repair are others, beside the real `tell`. */
const healing =
  (load: Load): Load =>
  (environment, aws) =>
    environment['_HANDLER'] !== 'src/handlers/tell.handler'
      ? load(environment, aws)
      : theGuard(environment, aws);

const DROWSY = healing((environment, aws) => {
  const handle = theGuard(environment, aws);
  return async (event, context) => {
    const { detail } = event as { detail: { eventName?: string } };
    return detail.eventName ? 'whole' : handle(event, context);
  };
});

test.each<[string, Load, object]>([
  [
    'does nothing',
    healing(() => () => Promise.resolve('whole')),
    {
      broken: ['org-audit-trail.IsLogging', 'org-audit-trail.InsightSelectors', 'nobody was told'],
    },
  ],
  [
    'has lost heal, and only watch sweeps',
    (environment, aws) =>
      environment['_HANDLER'] === 'src/handlers/heal.handler'
        ? () => Promise.resolve('whole')
        : theGuard(environment, aws),
    { broken: [], whole: 'sweep', told: 'sweep' },
  ],
  ['acts on the schedule only', DROWSY, { broken: [], whole: 'sweep', told: 'sweep' }],
])('a guard that %s is found out', async (_, load, outcome) => {
  await expect(suffer({ attacks: ['stop'] }, load)).resolves.toMatchObject(outcome);
});

test('every fault is tried at every call of a scenario, and every attack has its scenarios', () => {
  const [scenario] = everyScenario('stop');
  const faults = scenario ? everyFault(scenario, ['StartLogging', 'GetTrail', 'Publish']) : [];
  const tried = faults.map(({ row, trouble: { mishaps } }) => `${row} ${mishaps[0]?.call}`);
  // A conflict is between changes, and only a topic can be gone.
  expect(tried).toHaveLength(2 * (3 * KIND_NAMES.length - 4));
  expect(tried).toContain('event: conflict 0');
  expect(tried).not.toContain('event: conflict 1');
  expect(new Set(tried).size).toBe(tried.length);
  expect(TRAIL_ATTACKS.flatMap(({ name }) => everyScenario(name))).toHaveLength(2 * TRAIL_ATTACKS.length);
});
