import { strToU8, zipSync } from 'fflate';
import { type Containers, containersFor } from '../../../../local/proofs/second-aws/container.ts';

const CODE = `
  let runs = 0;
  exports.handler = async (event, context) => {
    runs += 1;
    if (event.fail) throw new RangeError(event.fail);
    if (event.exit) process.exit(3);
    return { runs, event, id: context.awsRequestId, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() > 0 };
  };`;
const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:echo';

let containers: Containers;

beforeAll(() => {
  containers = containersFor(zipSync({ 'src/echo.cjs': strToU8(CODE) }), {
    _HANDLER: 'src/echo.handler',
    AWS_LAMBDA_FUNCTION_NAME: 'echo',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/echo',
    AWS_LAMBDA_LOG_STREAM_NAME: 'test',
  });
});

afterAll(() => containers.remove());

const run = (requestId: string, event: unknown) =>
  containers.run({ requestId, functionArn: ARN, event, deadline: Date.now() + 120_000 });

test("AWS's runtime client runs the handler, and its container stays warm, after an error too", async () => {
  const answer = (runs: number, id: string) => ({
    result: { runs, event: { word: 'drift' }, id, arn: ARN, left: true },
  });
  expect(await run('first', { word: 'drift' })).toEqual(answer(1, 'first'));
  const failed = await run('second', { fail: 'too far' });
  expect('error' in failed && JSON.parse(failed.error)).toMatchObject({
    errorType: 'RangeError',
    errorMessage: 'too far',
  });
  expect(await run('third', { word: 'drift' })).toEqual(answer(3, 'third'));
});

test('a runtime that exits fails its invocation, and the next one gets a new container', async () => {
  expect(await run('fourth', { exit: true })).toEqual({
    error: expect.stringContaining('the runtime exited with 3') as string,
  });
  expect(await run('fifth', {})).toMatchObject({ result: { runs: 1 } });
});

test('invocations at the same time get containers of their own', async () => {
  const outcomes = await Promise.all(['a', 'b', 'c'].map((id) => run(id, { id })));
  expect(outcomes.map((outcome) => 'result' in outcome && outcome.result)).toMatchObject([
    { event: { id: 'a' } },
    { event: { id: 'b' } },
    { event: { id: 'c' } },
  ]);
});
