import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cloudTrailClient, liveTrails } from '../../src/aws/cloudtrail.ts';
import { PATIENCE } from '../../src/aws/timeouts.ts';
import { home } from '../fakes/samples.ts';

test('a call that hangs is given up, and tried again', async () => {
  let calls = 0;
  const server = createServer((_request, response) => {
    calls += 1;
    if (calls > 1) response.setHeader('content-type', 'application/x-amz-json-1.1').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = cloudTrailClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' },
    requestHandler: { ...PATIENCE, requestTimeout: 500 },
  });
  try {
    await liveTrails(client, home).repair({ kind: 'startLogging', trail: 'org-audit-trail' });
    // A slow machine may be too late for the answer to the second, too.
    expect(calls).toBeGreaterThanOrEqual(2);
  } finally {
    client.destroy();
    server.closeAllConnections();
    server.close();
  }
});

test('patience is set for both clients, and is no warning only', () => {
  expect(PATIENCE).toMatchObject({ requestTimeout: 5000, throwOnRequestTimeout: true });
});
