import { createServer, type IncomingHttpHeaders } from 'node:http';
import {
  CloudTrailClient,
  GetEventConfigurationCommand,
  GetTrailCommand,
  LookupEventsCommand,
  PutEventConfigurationCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { type Listening, listen } from '../../../../local/aws/wire/loopback.ts';
import type { CloudTrailRecord } from '../../../../local/aws/cloudtrail/cloudtrail-record.ts';
import { assumedRole } from '../../../../local/aws/iam/principal.ts';
import { type Relay, startRelay } from '../../../../local/proofs/second-aws/relay.ts';

const ARN = 'arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

// An endpoint that has one trail, whose logging cannot be stopped, and few operations.
const ANSWERS: Readonly<Record<string, readonly [status: number, body: object]>> = {
  GetTrail: [200, { Trail: { Name: 'org-audit-trail', TrailARN: ARN } }],
  StopLogging: [400, { __type: 'ConflictException', message: 'Try again.' }],
};

let endpoint: Listening;
let relay: Relay;
let client: CloudTrailClient;
const seen: Seen[] = [];
const records: CloudTrailRecord[] = [];

beforeAll(async () => {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const { method, url, headers } = request;
        seen.push({ method, url, headers, body: Buffer.concat(chunks) });
        const operation = String(headers['x-amz-target']).split('.').pop() ?? '';
        const [status, body] = ANSWERS[operation] ?? [500, 'Internal Server Error'];
        response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
      });
  });
  endpoint = await listen(server);
  relay = await startRelay(endpoint.url, (record) => records.push(record));
  const credentials = relay.signIn({
    userIdentity: assumedRole('123456789012', 'Admin', 'mallory'),
    sourceIPAddress: '198.51.100.7',
  });
  client = new CloudTrailClient({
    endpoint: relay.endpoint,
    region: 'us-east-1',
    credentials,
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await relay.close();
  await endpoint.close();
});

test('a request goes on as it came, for the account that emulators read from the access key', async () => {
  const bytes = new Uint8Array([0, 255, 10, 13, 128]);
  await fetch(`${relay.endpoint}/bucket/key?part=1`, {
    method: 'PUT',
    body: bytes,
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE/20261120/us-east-1/s3/aws4_request, Signature=x',
      'x-amz-meta-word': 'drift',
    },
  });
  expect(seen.at(-1)).toMatchObject({ method: 'PUT', url: '/bucket/key?part=1', body: Buffer.from(bytes) });
  expect(seen.at(-1)?.headers).toMatchObject({
    authorization: 'AWS4-HMAC-SHA256 Credential=123456789012/20261120/us-east-1/s3/aws4_request, Signature=x',
    'x-amz-meta-word': 'drift',
  });
});

test('a changing call is recorded with its caller and its outcome, a reading one is not', async () => {
  records.length = 0;
  await client.send(new GetTrailCommand({ Name: 'org-audit-trail' }));
  await expect(client.send(new StopLoggingCommand({ Name: 'org-audit-trail' }))).rejects.toThrow(
    'Try again.',
  );
  expect(records).toMatchObject([
    {
      eventName: 'StopLogging',
      errorCode: 'ConflictException',
      requestParameters: { name: 'org-audit-trail' },
      sourceIPAddress: '198.51.100.7',
      userIdentity: { arn: 'arn:aws:sts::123456789012:assumed-role/Admin/mallory' },
    },
  ]);
});

test('what the endpoint lacks is answered in its place, and named', async () => {
  const TrailName = 'org-audit-trail';
  const AggregationConfigurations = [
    { EventCategory: 'Data' as const, Templates: ['API_ACTIVITY' as const] },
  ];
  await client.send(new PutEventConfigurationCommand({ TrailName, AggregationConfigurations }));
  expect(await client.send(new GetEventConfigurationCommand({ TrailName: ARN }))).toMatchObject({
    AggregationConfigurations,
  });
  const { Events } = await client.send(new LookupEventsCommand({}));
  expect(Events?.[0]).toMatchObject({ EventName: 'PutEventConfiguration', Username: 'mallory' });
  expect(relay.stoodInFor()).toEqual(['PutEventConfiguration', 'GetEventConfiguration', 'LookupEvents']);
});
