import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';

/** A program that can be started any number of times, each time in a process of its own. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
}

/** Ms after which a process that should have ended by itself is ended. */
const PATIENCE = 60_000;

function start({ command, args, environment }: Program): ChildProcess {
  return spawn(command, args, {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    timeout: PATIENCE,
    killSignal: 'SIGKILL',
  });
}

const everythingOf = (child: ChildProcess, channel: 2 | 3) => text(child.stdio[channel] as Readable);

/**
 * Runs a program to its end. Gives the ms from its start to its end, and what it told on file descriptor 3, as JSON.
 * Rejects with what it wrote to stderr unless it ended well.
 */
export async function run(program: Program): Promise<{ readonly wallMs: number; readonly told: unknown }> {
  const began = performance.now();
  const child = start(program);
  const told = everythingOf(child, 3);
  const complaints = everythingOf(child, 2);
  const [code] = (await once(child, 'exit')) as [number | null];
  const wallMs = performance.now() - began;
  if (code !== 0) throw new Error(`${program.command} failed: ${await complaints}`);
  return { wallMs, told: JSON.parse(await told) };
}

/**
 * Runs a program until its StartLogging has arrived at a server of its own, which answers nothing, and ends it there.
 * Gives the ms from its start. Rejects with what it wrote to stderr when it ends before.
 */
export async function timeToStartLogging(program: Program): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const began = performance.now();
  const child = start({ ...program, environment: { ...program.environment, AWS_ENDPOINT_URL: endpoint } });
  const complaints = everythingOf(child, 2);
  const exit = once(child, 'exit');
  try {
    return await new Promise((resolve, reject) => {
      server.on('request', ({ headers }) => {
        if (String(headers['x-amz-target']).endsWith('.StartLogging')) resolve(performance.now() - began);
      });
      exit
        .then(() => complaints)
        .then((words) => {
          reject(new Error(`${program.command} ended without a StartLogging: ${words}`));
        })
        .catch(reject);
    });
  } finally {
    server.close();
    server.closeAllConnections();
    child.kill('SIGKILL');
    await exit;
  }
}
