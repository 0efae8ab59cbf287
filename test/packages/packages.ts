import { join } from 'node:path';

function built(name: string): string {
  const folder = process.env['TRAILKEEPER_PACKAGES'];
  if (!folder) throw new Error('TRAILKEEPER_PACKAGES is not set: run the tests by npm test');
  return join(folder, name);
}

/** The directory of a stage's real package, which Jest's global setup has built. */
export const packageOf = (stage: 'drill' | 'undeclared'): string => built(stage);

/** The bundle of a command of src/cli, likewise. */
export const commandOf = (name: string): string => built(join('cli', `${name}.mjs`));
