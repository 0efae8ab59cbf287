import { dirname } from 'node:path';
import type { Context } from 'aws-lambda';
import type { Containers, FunctionError, Hosting, Invocation, RunOutcome } from './containers.ts';
import { delay } from '../wire/delay.ts';
import type { Endpoint } from '../wire/exchange.ts';

/** A function's handler, loaded. */
export type Handler = (event: unknown, context: Context) => Promise<unknown>;

/** Loads a handler as a fresh container does: with an environment, and with the way to AWS. */
export type Load = (environment: Readonly<Record<string, string>>, aws: Endpoint) => Handler;

/** Loads what a function names as its handler: `src/handlers/heal.handler`. Its invocations fail where there is none. */
export const byHandler =
  (loads: Readonly<Record<string, Load>>): Load =>
  (environment, aws) => {
    const name = environment['_HANDLER'] ?? '';
    return (
      loads[name]?.(environment, aws) ?? (() => Promise.reject(new Error(`No handler ${name} is given`)))
    );
  };

interface Container {
  readonly handler: Handler;
  readonly killed: Promise<FunctionError>;
  readonly kill: () => void;
}

const never = new Promise<never>(() => undefined);

/** What a killed container still does reaches nobody. */
function start(load: Load, environment: Readonly<Record<string, string>>, aws: Endpoint): Container {
  let alive = true;
  const isAlive = () => alive;
  let tell: (error: FunctionError) => void;
  const killed = new Promise<FunctionError>((resolve) => {
    tell = resolve;
  });
  let answers = '';
  // Each request tells what had been answered when it was sent, as container.cjs does it.
  const handler = load(environment, async (asked) => {
    if (!isAlive()) return never;
    const answered = await aws({
      ...asked,
      headers: { ...asked.headers, 'x-answered-before': answers },
    });
    const id = answered?.headers['x-amzn-requestid'];
    if (id !== undefined) answers += answers === '' ? id : `,${id}`;
    return isAlive() ? answered : never;
  });
  return {
    handler: (event, context) => {
      answers = '';
      return handler(event, context);
    },
    killed,
    kill: () => {
      alive = false;
      tell({ errorType: 'Runtime.ExitError', errorMessage: 'Runtime exited', trace: [] });
    },
  };
}

async function timeUp(ms: number, over: AbortSignal): Promise<FunctionError> {
  await delay(ms, over);
  const errorMessage = `Task timed out after ${(ms / 1000).toFixed(2)} seconds`;
  return { errorType: 'Sandbox.Timedout', errorMessage, trace: [] };
}

function contextOf({ context, timeoutMs }: Invocation): Context {
  const deadline = Date.now() + timeoutMs;
  return {
    ...context,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  } as unknown as Context;
}

function asFunctionError(thrown: unknown): FunctionError {
  const { name, message } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { errorType: name, errorMessage: message, trace: [] };
}

type Outcome = Pick<RunOutcome, 'result' | 'error'>;

async function runIn(container: Container, invocation: Invocation): Promise<Outcome> {
  const done = container.handler(invocation.event, contextOf(invocation)).then(
    (result): Outcome => ({ result: result ?? null }),
    (thrown: unknown): Outcome => ({ error: asFunctionError(thrown) }),
  );
  const over = new AbortController();
  const ended = Promise.race([container.killed, timeUp(invocation.timeoutMs, over.signal)]);
  return Promise.race([done, ended.then((error): Outcome => ({ error }))]).finally(() => {
    over.abort();
  });
}

/** What others put in the place of a function's code does nothing here. */
const foreign: Load = () => () => Promise.resolve(null);

/**
 * Functions whose containers are objects of this process: hundreds of them start at once, in virtual time if that is in
 * force, and one can be killed between two calls. `coldStartMs` is what loading takes. Code that was put in
 * the place of what was deployed is not loaded: it does nothing.
 */
export function inThisProcess(aws: Endpoint, load: Load, coldStartMs: number): Hosting {
  return ({ environment: given, code, replaced }): Containers => {
    const environment = { ...given, LAMBDA_TASK_ROOT: dirname(code) };
    const all = new Set<Container>();
    let idle: Container[] = [];
    const kill = (): Promise<void> => {
      for (const container of all) container.kill();
      all.clear();
      idle = [];
      return Promise.resolve();
    };
    const run = async (invocation: Invocation): Promise<RunOutcome> => {
      const warm = idle.pop();
      const container = warm ?? start(replaced ? foreign : load, environment, aws);
      all.add(container);
      if (!warm) await delay(coldStartMs);
      const outcome = await runIn(container, invocation);
      const isDead = !all.has(container) || outcome.error?.errorType === 'Sandbox.Timedout';
      if (isDead) container.kill();
      else idle.push(container);
      return { coldStart: !warm, initMs: warm ? undefined : coldStartMs, logs: [], ...outcome };
    };
    return { run, kill, remove: kill };
  };
}
