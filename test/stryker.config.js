import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Mutation tests of all that stands directly under src/ and is pure: `npm run mutants` for all of it,
 * `npm run mutants -- --mutate src/plan.ts` for one file.
 */
export default {
  mutate: ['src/*.ts', '!src/heal*.ts'],
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
