import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The stages that the tests deploy: the drill's, and one that has no baseline. */
const STAGES = ['drill', 'undeclared'];

/** Jest's global setup: packages for real, once, what several test files deploy. One after the other: they share a folder. */
export default async function buildPackages(_, { rootDir }) {
  const folder = await mkdtemp(join(tmpdir(), 'trailkeeper-packages-'));
  process.env.TRAILKEEPER_PACKAGES = folder;
  for (const stage of STAGES)
    await run('npx', ['serverless', 'package', '--stage', stage, '--package', join(folder, stage)], {
      cwd: rootDir,
      env: { ...process.env, NO_COLOR: '1', TMPDIR: folder },
    });
  globalThis.removePackages = () => rm(folder, { recursive: true, force: true });
}
