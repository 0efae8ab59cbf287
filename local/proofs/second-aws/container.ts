import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { type Outcome, runtimeApi, type RuntimeInvocation } from './runtime-api.ts';

const RUNTIME_CLIENT = createRequire(import.meta.url).resolve('aws-lambda-ric');

/** Name and version of AWS's runtime client, and the Node.js that it asks for. */
export const RUNTIME_CLIENT_NAME = (() => {
  const { name, version, engines } = JSON.parse(
    readFileSync(join(dirname(RUNTIME_CLIENT), 'package.json'), 'utf8'),
  ) as { name: string; version: string; engines: { node: string } };
  return `${name} ${version} (for ${engines.node})`;
})();

const NATIVE_PART = fileURLToPath(new URL('rapid-client.node.js', import.meta.url));

/** Containers that run a function's unpacked zip on AWS's own runtime client. */
export interface Containers {
  /** Runs one invocation in an idle container, or in a new one. */
  readonly run: (invocation: RuntimeInvocation) => Promise<Outcome>;
  /** Ends all containers, and removes what they left. */
  readonly remove: () => Promise<void>;
}

interface Container {
  readonly isAlive: () => boolean;
  readonly invoke: (invocation: RuntimeInvocation) => Promise<Outcome>;
  readonly end: () => Promise<void>;
}

/**
 * Unpacks a zip beside AWS's runtime client, byte for byte the published one; only its native part, which needs a
 * compiler, is replaced. Each container is a process of its own with the given environment and nothing else.
 */
export function containersFor(zip: Uint8Array, environment: Readonly<Record<string, string>>): Containers {
  const directory = mkdtempSync(join(tmpdir(), 'trailkeeper-lambda-'));
  const [runtime, task] = [join(directory, 'runtime'), join(directory, 'task')];
  cpSync(RUNTIME_CLIENT, join(runtime, 'index.mjs'));
  cpSync(NATIVE_PART, join(runtime, 'rapid-client.node.js'));
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    if (path.endsWith('/')) continue;
    mkdirSync(dirname(join(task, path)), { recursive: true });
    writeFileSync(join(task, path), content);
  }
  const all = new Set<Container>();
  const idle: Container[] = [];

  const start = async (): Promise<Container> => {
    const api = await runtimeApi();
    const child = spawn(process.execPath, [join(runtime, 'index.mjs')], {
      cwd: task,
      env: { ...environment, LAMBDA_TASK_ROOT: task, AWS_LAMBDA_RUNTIME_API: api.address, HOME: task },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const printed: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => void printed.push(chunk));
    const exited = new Promise<Outcome>((resolve) => {
      child.once('exit', (code, signal) => {
        const tail = Buffer.concat(printed).toString().slice(-2000);
        resolve({ error: `the runtime exited with ${signal ?? code ?? 0}: ${tail}` });
      });
    });
    return {
      isAlive: () => child.exitCode === null && child.signalCode === null,
      invoke: (invocation) => Promise.race([api.invoke(invocation), exited]),
      end: async () => {
        child.kill('SIGKILL');
        await exited;
        await api.close();
      },
    };
  };

  return {
    run: async (invocation) => {
      const container = idle.pop() ?? (await start());
      all.add(container);
      const outcome = await container.invoke(invocation);
      if (container.isAlive()) idle.push(container);
      return outcome;
    },
    remove: async () => {
      await Promise.all([...all].map((container) => container.end()));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
