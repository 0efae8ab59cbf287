import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What to tell somebody who has no moto. */
export const HOW_TO_GET_MOTO =
  "moto is not installed: pip install 'moto[server]' (Python 3), or give --endpoint";

const PATCHED = fileURLToPath(new URL('mended_moto.py', import.meta.url));

/** A moto server that was started here. */
export interface Moto {
  readonly endpoint: string;
  /** What this moto calls itself, e.g. `moto 5.2.1`. */
  readonly name: string;
  /** Ends this process and no other, and resolves when it has ended. */
  readonly stop: () => Promise<void>;
}

/** The version of moto's server that `python3` can load; undefined where it cannot. */
export function motoVersion(): string | undefined {
  const ask = "import importlib.metadata as m, flask, flask_cors; print(m.version('moto'))";
  const { status, stdout } = spawnSync('python3', ['-c', ask], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/**
 * Starts moto on 127.0.0.1, on a port of the system's choice: `patched` as mended_moto.py mends it, otherwise as it is. Throws
 * {@link HOW_TO_GET_MOTO} where there is none, and what moto printed where it does not start.
 */
export async function startMoto(patched: boolean): Promise<Moto> {
  const version = motoVersion();
  if (version === undefined) throw new Error(HOW_TO_GET_MOTO);
  // moto leaves files in its working directory.
  const directory = await mkdtemp(join(tmpdir(), 'trailkeeper-moto-'));
  const server = patched ? [PATCHED] : ['-m', 'moto.server'];
  const moto = spawn('python3', [...server, '-H', '127.0.0.1', '-p', '0'], {
    cwd: directory,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const kill = () => void moto.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.off('exit', kill);
    if (moto.exitCode === null && moto.signalCode === null) {
      const ended = new Promise((resolve) => moto.once('exit', resolve));
      moto.kill();
      await ended;
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    return { endpoint: await endpointOf(moto), name: `moto ${version}${patched ? ', mended' : ''}`, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function endpointOf(moto: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    moto.once('exit', () => {
      reject(new Error(`moto did not start:\n${printed}`));
    });
    moto.stderr?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const [, url] = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(printed) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
}
