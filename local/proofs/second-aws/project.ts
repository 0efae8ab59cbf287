import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { STAGE } from '../../drill/drill.ts';
import type { Credentials } from '../../aws/iam/principal.ts';
import { ACCOUNT, REGION } from './raw.ts';

const run = promisify(execFile);

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The dashboard shows the alarms, which moto does not have; change windows are off unless it is said who may open one. */
const PARAMS = [
  '--param=dashboard=false',
  `--param=windowPrincipals=arn:aws:iam::${ACCOUNT}:role/Oncall`,
] as const;

/** What a command came to. */
export interface Ended {
  /** Undefined where a signal has ended it. */
  readonly code: number | undefined;
  readonly printed: string;
}

/** A command that is running. */
export interface Typed {
  /** Resolves when it has printed something. Rejects where it ends before. */
  readonly says: (words: string) => Promise<void>;
  readonly kill: (signal: 'SIGINT' | 'SIGKILL') => void;
  readonly ended: Promise<Ended>;
}

/** A copy of the project in a folder of its own, so that capture and deployment leave nothing in this one. */
export interface Project {
  /** `npm run capture`: gives the baseline that it wrote. */
  readonly capture: () => Promise<string>;
  /** The baseline that the drill's stage has in git. */
  readonly committed: () => Promise<string>;
  /** `serverless deploy`: gives the zip that it deployed of each function, by its name in serverless.yml. */
  readonly deploy: () => Promise<ReadonlyMap<string, Buffer>>;
  /** The template that it deployed. */
  readonly template: () => Promise<string>;
  /** `serverless remove`. */
  readonly remove: () => Promise<void>;
  /** Types one of the commands of src/cli, for the drill's stage, as somebody. */
  readonly type: (command: string, args: readonly string[], who: Credentials) => Typed;
  /** Removes the copy. */
  readonly discard: () => Promise<void>;
}

function typed(child: ChildProcess): Typed {
  let printed = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      for (const listener of listeners) listener();
    });
  const ended = new Promise<Ended>((resolve) => {
    child.once('close', (code) => {
      resolve({ code: code ?? undefined, printed });
    });
  });
  return {
    ended,
    kill: (signal) => void child.kill(signal),
    says: (words) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (printed.includes(words)) resolve();
        };
        listeners.add(look);
        look();
        void ended.then(() => {
          reject(new Error(`It has not said ${words}:\n${printed}`));
        });
      }),
  };
}

/** Copies what is packaged, and makes all its commands speak to an endpoint. They reject with what they printed. */
export async function copyProject(endpoint: string, credentials: Credentials): Promise<Project> {
  const folder = await mkdtemp(join(tmpdir(), 'trailkeeper-project-'));
  for (const part of ['src', 'resources', 'serverless.yml', 'package.json', 'tsconfig.json'])
    await cp(join(ROOT, part), join(folder, part), { recursive: true });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const envOf = ({ accessKeyId, secretAccessKey, sessionToken = '' }: Credentials) => ({
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    AWS_REGION: REGION,
    SLS_TELEMETRY_DISABLED: '1',
    NO_COLOR: '1',
    TMPDIR: folder,
  });
  const env = envOf(credentials);
  const command = async (...args: readonly string[]): Promise<void> => {
    try {
      await run(process.execPath, [...args, '--stage', STAGE, '--region', REGION], { cwd: folder, env });
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${args.join(' ')} failed:\n${stdout}${stderr}`, { cause: error });
    }
  };
  const serverless = join('node_modules', 'serverless', 'bin', 'serverless.js');
  return {
    capture: async () => {
      await command('--import', 'tsx', 'src/cli/capture.ts');
      return readFile(join(folder, 'baselines', `${STAGE}.yml`), 'utf8');
    },
    committed: () => readFile(join(ROOT, 'baselines', `${STAGE}.yml`), 'utf8'),
    deploy: async () => {
      await command(serverless, 'deploy', ...PARAMS);
      const output = join(folder, '.serverless');
      const zips = (await readdir(output)).filter((file) => file.endsWith('.zip')).toSorted();
      return new Map(
        await Promise.all(
          zips.map(async (file) => [file.replace(/\.zip$/, ''), await readFile(join(output, file))] as const),
        ),
      );
    },
    template: () =>
      readFile(join(folder, '.serverless', 'cloudformation-template-update-stack.json'), 'utf8'),
    remove: () => command(serverless, 'remove', ...PARAMS),
    type: (name, args, who) =>
      typed(
        spawn(process.execPath, ['--import', 'tsx', `src/cli/${name}.ts`, ...args, '--stage', STAGE], {
          cwd: folder,
          env: envOf(who),
          stdio: ['ignore', 'pipe', 'pipe'],
        }),
      ),
    discard: () => rm(folder, { recursive: true, force: true }),
  };
}
