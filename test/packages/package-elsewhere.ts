import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A stage of another Region or partition than the drill's, with parameters of its own. */
export interface Elsewhere {
  readonly stage: string;
  readonly partition: string;
  readonly region: string;
  readonly params: Readonly<Record<string, string>>;
}

/** A real package, and how to be rid of it. */
export interface PackagedElsewhere {
  readonly directory: string;
  readonly remove: () => Promise<void>;
}

/**
 * Packages the drill's baseline for real, as if its trails were elsewhere. In a copy of the project: the framework
 * writes into its folder, so that two packagings in one would disturb each other.
 */
export async function packageElsewhere(elsewhere: Elsewhere): Promise<PackagedElsewhere> {
  const { stage, partition, region, params } = elsewhere;
  const folder = await mkdtemp(join(tmpdir(), 'trailkeeper-elsewhere-'));
  const directory = join(folder, 'package');
  const drill = await readFile('baselines/drill.yml', 'utf8');
  const baseline = drill.replaceAll('arn:aws:', `arn:${partition}:`).replaceAll('us-east-1', region);
  for (const path of ['src', 'resources', 'serverless.yml', 'package.json', 'tsconfig.json'])
    await cp(path, join(folder, path), { recursive: true });
  await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  await mkdir(join(folder, 'baselines'));
  await writeFile(join(folder, 'baselines', `${stage}.yml`), baseline);
  // It is deployed to a local AWS.
  const given = Object.entries({ ...params, localEndpoint: 'true' }).map(
    ([name, value]) => `--param=${name}=${value}`,
  );
  const place = ['--stage', stage, '--region', region, '--package', directory];
  await run(join('node_modules', '.bin', 'serverless'), ['package', ...place, ...given], {
    cwd: folder,
    env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
  });
  return { directory, remove: () => rm(folder, { recursive: true, force: true }) };
}
