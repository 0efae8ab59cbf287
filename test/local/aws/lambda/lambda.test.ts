import { guarded } from '../cloudtrail/guarded-trail.ts';

test.each([
  ['throws', { fail: true }, 'TypeError: told to fail'],
  [
    'ends its process',
    { exit: true },
    /Runtime.ExitError: RequestId: .* Error: Runtime exited with exit status 3/,
  ],
])('a handler that %s fails its invocation, and not the next', async (_case, event, message) => {
  const { aws, deploy } = await guarded();
  deploy();
  await expect(aws.invoke('guard-heal', event)).rejects.toThrow(message);
  await expect(aws.invoke('guard-heal', {})).resolves.toBe('whole');
});

test('a handler that runs out of time fails its invocation, and its container is not used again', async () => {
  const { aws, deploy } = await guarded({}, (template) => {
    template.Resources.HealLambdaFunction.Properties['Timeout'] = 0.4;
  });
  deploy();
  for (let time = 0; time < 2; time += 1)
    await expect(aws.invoke('guard-heal', { hang: true })).rejects.toThrow(
      'Sandbox.Timedout: Task timed out after 0.40 seconds',
    );
  expect(aws.invocations.map(({ coldStart }) => coldStart)).toEqual([true, true]);
});

test('concurrent invocations have a container each, killed containers start cold again', async () => {
  const { aws, deploy } = await guarded();
  deploy();
  await Promise.all([aws.invoke('guard-heal', {}), aws.invoke('guard-heal', {})]);
  await aws.invoke('guard-heal', {});
  await aws.killContainers();
  await aws.invoke('guard-heal', {});
  expect(aws.invocations.map(({ coldStart }) => coldStart)).toEqual([true, true, false, true]);
});

test('with a reserved concurrency of 1 the second invocation waits for the warm container', async () => {
  const { aws, deploy } = await guarded({}, (template) => {
    template.Resources.HealLambdaFunction.Properties['ReservedConcurrentExecutions'] = 1;
  });
  deploy();
  await Promise.all([aws.invoke('guard-heal', {}), aws.invoke('guard-heal', {})]);
  expect(aws.invocations.map(({ coldStart }) => coldStart)).toEqual([true, false]);
});

test('a container has the environment of Lambda and none of the host', async () => {
  const { aws, deploy } = await guarded();
  deploy();
  const ask = async (name: string) => aws.invoke('guard-heal', { ask: name });
  await expect(ask('AWS_REGION')).resolves.toMatchObject({ environment: 'us-east-1' });
  await expect(ask('TRAIL')).resolves.toMatchObject({ environment: 'org-audit-trail' });
  const host = await ask('JEST_WORKER_ID');
  expect(host).not.toHaveProperty('environment');
  expect(host).toHaveProperty('cwd', expect.stringContaining('embedded-lambda-'));
});
