import { join } from 'node:path';

/** The directory of a stage's real package, which Jest's global setup has built. */
export function packageOf(stage: 'drill' | 'undeclared'): string {
  const folder = process.env['TRAILKEEPER_PACKAGES'];
  if (!folder) throw new Error('TRAILKEEPER_PACKAGES is not set: run the tests by npm test');
  return join(folder, stage);
}
