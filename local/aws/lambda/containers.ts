import type { ChildProcess } from 'node:child_process';
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';
import { z } from 'zod';

/** How a function's code failed. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

/** What one run of a handler came to. */
export interface RunOutcome {
  readonly coldStart: boolean;
  /** Milliseconds that loading the handler took, on a cold start. */
  readonly initMs: number | undefined;
  readonly logs: readonly string[];
  readonly result?: unknown;
  readonly error?: FunctionError;
}

/** What a container needs to start. */
export interface ContainerSettings {
  /** Path of the function's zip. */
  readonly code: string;
  /** The zip that was put in its place, if any. */
  readonly replaced?: Uint8Array | undefined;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
}

/** What a handler is run with. */
export interface Invocation {
  readonly event: unknown;
  readonly context: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
}

/** The containers of one function: an idle one is used again, otherwise another is started. */
export interface Containers {
  readonly run: (invocation: Invocation) => Promise<RunOutcome>;
  /** Ends all containers; what they were running fails. */
  readonly kill: () => Promise<void>;
  /** Ends them for good, and removes what they left on the disk. */
  readonly remove: () => Promise<void>;
}

/** Where functions run: gives the containers of one function. */
export type Hosting = (settings: ContainerSettings) => Containers;

const functionError = z.object({
  errorType: z.string(),
  errorMessage: z.string(),
  trace: z.array(z.string()),
});
const message = z.discriminatedUnion('type', [
  z.object({ type: z.literal('ready'), initMs: z.number() }),
  z.object({ type: z.literal('log'), text: z.string() }),
  z.object({ type: z.literal('done'), result: z.string() }),
  z.object({ type: z.enum(['failed', 'crash']), error: functionError }),
]);

/** Loading has its own limit: 10 s in Lambda, whose cores are its own. Here it finds what hangs, on a busy host too. */
const initTimeoutMs = 120_000;

const runtime = fileURLToPath(new URL('container.cjs', import.meta.url));

/**
 * No containers yet. A container is a process of its own, as in Lambda: own environment, own working directory, nothing
 * shared with the host. Its SDK clients speak to the endpoint of the given URL.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function inProcesses(endpointUrl: string, settings: ContainerSettings): Containers {
  const directory = unpack(settings.replaced ?? readFileSync(settings.code));
  const environment = {
    // Whoever may change the environment of a function may send its calls elsewhere.
    AWS_ENDPOINT_URL: endpointUrl,
    ...settings.environment,
    LAMBDA_TASK_ROOT: directory,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    // Lambda has no home with an AWS profile in it; the host may have.
    HOME: directory,
    // The SDK's warning is about the Node.js of the host, not that of the function.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
  const all = new Set<ChildProcess>();
  let idle: ChildProcess[] = [];

  const start = () => {
    const container = fork(runtime, [], {
      cwd: directory,
      env: environment,
      execArgv: [`--max-old-space-size=${settings.memoryMegabytes}`],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    all.add(container);
    container.on('exit', () => {
      all.delete(container);
      idle = idle.filter((each) => each !== container);
    });
    return container;
  };

  const run = (invocation: Invocation) => {
    const warm = idle.pop();
    const container = warm ?? start();
    return new Promise<RunOutcome>((resolve) => {
      const logs: string[] = [];
      let initMs: number | undefined;
      const finish = (outcome: { readonly result: unknown } | { readonly error: FunctionError }) => {
        clearTimeout(timer);
        container.removeAllListeners('message').off('exit', onExit);
        container.stderr?.removeAllListeners('data');
        resolve({ coldStart: warm === undefined, initMs, logs: lines(logs), ...outcome });
      };
      const onExit = (code: number | null, signal: string | null) => {
        const errorMessage = `RequestId: ${String(invocation.context['awsRequestId'])} Error: Runtime exited with ${signal ?? `exit status ${code ?? 0}`}`;
        finish({ error: { errorType: 'Runtime.ExitError', errorMessage, trace: [] } });
      };
      const limit = (milliseconds: number) =>
        setTimeout(() => {
          container.kill('SIGKILL');
          const errorMessage = `Task timed out after ${(milliseconds / 1000).toFixed(2)} seconds`;
          finish({ error: { errorType: 'Sandbox.Timedout', errorMessage, trace: [] } });
        }, milliseconds);
      let timer = limit(initTimeoutMs);
      const begin = () => {
        clearTimeout(timer);
        const { event, context, timeoutMs } = invocation;
        timer = limit(timeoutMs);
        // The exit tells of a container that can no longer be reached.
        container.send({ event, context, deadline: Date.now() + timeoutMs }, () => undefined);
      };

      container.once('exit', onExit);
      container.stderr?.on('data', (chunk: Buffer) => logs.push(chunk.toString()));
      container.on('message', (raw) => {
        const told = message.parse(raw);
        switch (told.type) {
          case 'ready':
            initMs = told.initMs;
            begin();
            break;
          case 'log':
            logs.push(told.text);
            break;
          case 'done':
            idle.push(container);
            finish({ result: JSON.parse(told.result) });
            break;
          case 'failed':
            idle.push(container);
            finish({ error: told.error });
            break;
          case 'crash':
            finish({ error: told.error });
            break;
        }
      });
      if (warm) begin();
    });
  };

  const kill = async () => {
    idle = [];
    await Promise.all(
      [...all].map(
        (container) =>
          new Promise((resolve) => {
            container.once('exit', resolve);
            container.kill('SIGKILL');
          }),
      ),
    );
  };
  return {
    run,
    kill,
    remove: async () => {
      await kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function unpack(zip: Uint8Array): string {
  const directory = mkdtempSync(join(tmpdir(), 'embedded-lambda-'));
  for (const [path, content] of Object.entries(unzipSync(zip))) {
    if (path.endsWith('/')) continue;
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

function lines(chunks: readonly string[]): readonly string[] {
  return chunks
    .join('')
    .split('\n')
    .filter((line) => line !== '');
}
