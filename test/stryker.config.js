import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import buildPackages from './packages/build-packages.js';

// The workers take it from the environment.
if (!process.env.TRAILKEEPER_PACKAGES) {
  await buildPackages({}, { rootDir: fileURLToPath(new URL('..', import.meta.url)) });
  process.once('exit', () => {
    rmSync(process.env.TRAILKEEPER_PACKAGES, { recursive: true, force: true });
  });
}

const PURE = '{alert,report,incident,containment,record,config,capture,kinds,baseline,foreign}';

/**
 * Mutation tests of the pure rooms: `npm run mutants` for all of them, `npm run mutants -- --mutate
 * src/kinds/trail/plan.ts` for one file.
 */
export default {
  mutate: [`src/${PURE}/**/*.ts`],
  testRunner: 'jest',
  testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
  jest: { configFile: 'test/jest.pure.config.js' },
  coverageAnalysis: 'perTest',
  // A table of data is static: it is tried all the same, with every test of its file.
  ignoreStatic: false,
  warnings: { slow: false },
  concurrency: 2,
  incremental: true,
  incrementalFile: '.stryker/incremental.json',
  tempDirName: join(tmpdir(), 'trailkeeper-mutants'),
  reporters: ['clear-text', 'progress'],
  clearTextReporter: { reportTests: false },
};
