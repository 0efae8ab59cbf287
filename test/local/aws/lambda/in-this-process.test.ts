import { delay } from '../../../../local/aws/wire/delay.ts';
import { inThisProcess, type Load } from '../../../../local/aws/lambda/in-this-process.ts';
import { inVirtualTime } from '../../../../local/drill/virtual-time.ts';

const COLD_START_MS = 400;

/** How often it has been called in this container is what this function answers, after one call to AWS. */
const counting: Load = (_environment, aws) => {
  let calls = 0;
  return async (event, context) => {
    if (event === 'throw') throw new TypeError('told to fail');
    if (event === 'left') return context.getRemainingTimeInMillis();
    await aws({ method: 'POST', path: '/', query: new URLSearchParams(), headers: {}, body: String(event) });
    return (calls += 1);
  };
};

/** A function whose calls to AWS take 100 ms. Gives what it has called, too. */
function deployed() {
  const bodies: string[] = [];
  const containers = inThisProcess(
    async ({ body }) => {
      bodies.push(body);
      await delay(100);
      return undefined;
    },
    counting,
    COLD_START_MS,
  )({ code: '', environment: {}, memoryMegabytes: 128 });
  const run = (event: string, timeoutMs = 1000) => containers.run({ event, context: {}, timeoutMs });
  return { bodies, run, kill: containers.kill };
}

test('a container starts cold once, keeps its memory, and runs one event at a time', async () => {
  await inVirtualTime(async () => {
    const { run } = deployed();
    await expect(run('a')).resolves.toMatchObject({ coldStart: true, initMs: COLD_START_MS, result: 1 });
    const [warm, cold] = await Promise.all([run('b'), run('c')]);
    expect(warm).toMatchObject({ coldStart: false, result: 2 });
    expect(cold).toMatchObject({ coldStart: true, result: 1 });
  });
});

test.each([
  ['throws', 'throw', 1000, { errorType: 'TypeError', errorMessage: 'told to fail' }],
  [
    'takes too long',
    'a',
    50,
    { errorType: 'Sandbox.Timedout', errorMessage: 'Task timed out after 0.05 seconds' },
  ],
])('a handler that %s fails its invocation', async (_, event, timeoutMs, error) => {
  await inVirtualTime(async () => {
    await expect(deployed().run(event, timeoutMs)).resolves.toMatchObject({ error });
  });
});

test('a handler that fails keeps its container; one that ran out of time has lost it', async () => {
  await inVirtualTime(async () => {
    const { run } = deployed();
    await run('throw');
    await expect(run('a', 50)).resolves.toMatchObject({ coldStart: false });
    await expect(run('b')).resolves.toMatchObject({ coldStart: true });
  });
});

test('a container that is killed between two calls fails, and its answers and calls go nowhere', async () => {
  await inVirtualTime(async () => {
    const { bodies, run, kill } = deployed();
    const running = run('a');
    await delay(COLD_START_MS + 50);
    await kill();
    await expect(running).resolves.toMatchObject({ error: { errorType: 'Runtime.ExitError' } });
    await expect(run('b')).resolves.toMatchObject({ coldStart: true, result: 1 });
    expect(bodies).toEqual(['a', 'b']);
  });
});

test('the time that is left runs out from the start of the handler', async () => {
  await inVirtualTime(async () => {
    await expect(deployed().run('left', 700)).resolves.toMatchObject({ result: 700 });
  });
});
