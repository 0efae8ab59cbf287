import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import colours from 'picocolors';
import type { Attack } from '../../drill/attacks/attack.ts';
import { DELIVERY_ATTACKS } from '../../drill/attacks/delivery.ts';
import { GUARD_ATTACKS } from '../../drill/attacks/guard.ts';
import { TRAIL_ATTACKS } from '../../drill/attacks/trails.ts';
import { buildPackage } from '../../build.ts';
import { drill, STAGE } from '../../drill/drill.ts';
import { EXERCISES } from '../../drill/exercises/exercises.ts';
import { nameOf } from './granted-rights.ts';
import { judge, type Ordeal } from '../../drill/ordeal.ts';
import { ORDEALS } from '../../drill/ordeals.ts';
import { plural } from '../../table.ts';
import { exercise, faultsInRights, UNUSED_FOR_A_REASON, type UsedRight } from './rights-in-use.ts';

/** Those that leave something for people to do need a range of their own. */
function struck(name: string, attacks: readonly Attack[], inTheDark = false): Ordeal[] {
  const ofOne = (only: readonly Attack[], called: string): Ordeal => ({
    name: called,
    story: 'Mallory strikes what the trails deliver through, or the guard itself, in virtual time',
    run: async (range) => {
      const broken: string[] = [];
      for (const attack of only) {
        const { whole } = await drill(range, attack, inTheDark);
        if (!whole) broken.push(attack.name);
      }
      const said = `whole after ${plural(only.length, 'attack')} ${broken.join(', ')}`;
      // What could not be handed over while a function was struck is part of the story.
      const { outcome, mails } = judge(range, [[said, broken.length === 0]]);
      return { survived: broken.length === 0, outcome, mails };
    },
  });
  const lone = attacks.filter(({ stays }) => stays);
  return [
    ofOne(
      attacks.filter(({ stays }) => !stays),
      name,
    ),
    ...lone.map((attack) => ofOne([attack], `${name}: ${attack.name}`)),
  ];
}

const attacks: Ordeal = {
  name: 'attacks',
  story: 'Mallory strikes in every known way',
  run: async (range) => {
    const broken: string[] = [];
    for (const attack of TRAIL_ATTACKS) {
      const { whole, problems } = await drill(range, attack);
      if (!whole || problems.length > 0) broken.push(attack.name);
    }
    return judge(range, [
      [`whole after ${TRAIL_ATTACKS.length} attacks ${broken.join(', ')}`, broken.length === 0],
    ]);
  },
};

function row({ right, scenarios }: UsedRight, all: number): string {
  const name = nameOf(right);
  if (scenarios.length > 0) return `  ${`${scenarios.length} of ${all}`.padStart(9)}  ${name}`;
  return `  ${colours.yellow('    never')}  ${name}\n             ${UNUSED_FOR_A_REASON[name] ?? 'NOT explained'}`;
}

const directory = await mkdtemp(join(tmpdir(), 'trailkeeper-rights-'));
try {
  await buildPackage(STAGE, directory);
  const scenarios = [
    attacks,
    ...struck('path', DELIVERY_ATTACKS),
    ...struck('path in the dark', DELIVERY_ATTACKS, true),
    ...struck('guard', GUARD_ATTACKS),
    ...ORDEALS,
    ...EXERCISES,
  ];
  const { trials, rights, missing } = await exercise(scenarios, directory);
  console.log(`\nThe guard's rights, and how many of ${trials.length} scenarios need each\n`);
  for (const each of rights) console.log(row(each, trials.length));
  const failed = trials.filter(({ survived }) => !survived);
  const faults = [
    ...failed.map(({ name, outcome }) => `${name}: ${outcome}`),
    ...missing,
    ...faultsInRights(rights),
  ];
  for (const fault of faults) console.log(colours.red(fault));
  const used = rights.filter(({ scenarios }) => scenarios.length > 0).length;
  console.log(`\n  ${rights.length} rights, ${used} needed, ${faults.length} faults\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  await rm(directory, { recursive: true, force: true });
}
