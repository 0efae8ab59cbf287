import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';

const run = promisify(execFile);

/** The stages that the tests deploy: the drill's, and one that has no baseline. */
const STAGES = ['drill', 'undeclared'];

/** What no package is made of, or must not be shared. */
const LEFT_OUT = /^(\..*|node_modules|coverage|docs|events|local|test)$/;

/** Packages a stage for real, in a copy of the project: the framework writes into its folder. */
async function packageStage(stage, rootDir, folder) {
  const copy = join(folder, 'projects', stage);
  for (const name of await readdir(rootDir))
    if (!LEFT_OUT.test(name)) await cp(join(rootDir, name), join(copy, name), { recursive: true });
  await symlink(join(rootDir, 'node_modules'), join(copy, 'node_modules'));
  // They are deployed to a local AWS.
  const place = ['--stage', stage, '--package', join(folder, stage), '--param=localEndpoint=true'];
  await run(join('node_modules', '.bin', 'serverless'), ['package', ...place], {
    cwd: copy,
    env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', NO_COLOR: '1', TMPDIR: folder },
  });
}

/** Bundles the commands of src/cli: they start in a fraction of the time that tsx takes to read them. */
async function bundleCommands(rootDir, folder) {
  const commands = join(folder, 'cli');
  const names = (await readdir(join(rootDir, 'src/cli'))).map((file) => basename(file, '.ts'));
  await build({
    absWorkingDir: rootDir,
    entryPoints: names.map((name) => join('src/cli', `${name}.ts`)),
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    mainFields: ['module', 'main'],
    outdir: commands,
    outExtension: { '.js': '.mjs' },
    external: ['prettier'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'error',
  });
  await symlink(join(rootDir, 'node_modules'), join(commands, 'node_modules'));
}

/** Jest's global setup: builds once what several test files deploy or run. */
export default async function buildPackages(_, { rootDir }) {
  const folder = await mkdtemp(join(tmpdir(), 'trailkeeper-packages-'));
  globalThis.removePackages = () => rm(folder, { recursive: true, force: true });
  process.env.TRAILKEEPER_PACKAGES = folder;
  await Promise.all([
    bundleCommands(rootDir, folder),
    ...STAGES.map((stage) => packageStage(stage, rootDir, folder)),
  ]);
}
