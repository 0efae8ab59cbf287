import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import colours from 'picocolors';
import { TRAIL_ATTACKS } from '../../drill/attacks/trails.ts';
import { buildPackage } from '../../build.ts';
import { drill, STAGE } from '../../drill/drill.ts';
import { EXERCISES } from '../../drill/exercises.ts';
import { nameOf } from './granted-rights.ts';
import { judge, type Ordeal } from '../../drill/ordeal.ts';
import { ORDEALS } from '../../drill/ordeals.ts';
import { exercise, faultsInRights, UNUSED_FOR_A_REASON, type UsedRight } from './rights-in-use.ts';

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
  const { trials, rights } = await exercise([attacks, ...ORDEALS, ...EXERCISES], directory);
  console.log(`\nThe guard's rights, and how many of ${trials.length} scenarios need each\n`);
  for (const each of rights) console.log(row(each, trials.length));
  const failed = trials.filter(({ survived }) => !survived);
  const faults = [...failed.map(({ name, outcome }) => `${name}: ${outcome}`), ...faultsInRights(rights)];
  for (const fault of faults) console.log(colours.red(fault));
  const used = rights.filter(({ scenarios }) => scenarios.length > 0).length;
  console.log(`\n  ${rights.length} rights, ${used} needed, ${faults.length} faults\n`);
  process.exitCode = faults.length > 0 ? 1 : 0;
} finally {
  await rm(directory, { recursive: true, force: true });
}
