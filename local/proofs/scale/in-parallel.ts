import { fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Result, Scenario } from './scenarios.ts';

const PROCESS = fileURLToPath(new URL('scenario-process.ts', import.meta.url));

/** Rejects with an Error when the process ends without a result; what it had to say went to stderr. */
function simulateApart(scenario: Scenario, directory: string, scratch: string): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = fork(PROCESS, [JSON.stringify(scenario), directory, scratch], {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    child.once('message', (result) => {
      resolve(result as Result);
    });
    child.once('exit', (code) => {
      reject(new Error(`${JSON.stringify(scenario)} ended with exit status ${String(code)} and no result`));
    });
  });
}

/**
 * Runs scenarios with a package, as many at once as there are processors, and gives their results in the same order.
 * `onResult` is told of each as it comes.
 */
export async function simulateAll(
  scenarios: readonly Scenario[],
  directory: string,
  onResult: (result: Result) => void,
): Promise<Result[]> {
  const waiting = [...scenarios.entries()];
  const results: Result[] = [];
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [place, scenario] = next;
      const scratch = await mkdtemp(join(tmpdir(), 'trailkeeper-scale-'));
      try {
        const result = await simulateApart(scenario, directory, scratch);
        results[place] = result;
        onResult(result);
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return results;
}
