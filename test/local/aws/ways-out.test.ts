import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { BatchImportFindingsCommand, SecurityHubClient } from '@aws-sdk/client-securityhub';
import { type EmbeddedAws, startEmbeddedAws } from '../../../local/aws/aws.ts';
import { assumedRole } from '../../../local/aws/iam/principal.ts';
import { finding } from '../../../src/alert/finding.ts';
import { reportOf } from '../../../src/report/report.ts';
import { incidentOf } from '../../fakes/incident.ts';

let aws: EmbeddedAws;
let clients: { hub: SecurityHubClient; bus: EventBridgeClient };

function clientsOf(role?: string) {
  const userIdentity = assumedRole(aws.account, 'Security', 'alice');
  const credentials = aws.signIn({ userIdentity, ...(role !== undefined && { role }) });
  const config = { endpoint: aws.endpoint, region: aws.region, credentials, maxAttempts: 1 };
  return { hub: new SecurityHubClient(config), bus: new EventBridgeClient(config) };
}

beforeAll(async () => {
  aws = await startEmbeddedAws();
  clients = clientsOf();
});

afterEach(() => {
  aws.forget();
});

afterAll(() => aws.stop());

const good = finding(reportOf(incidentOf()));
const entry = { EventBusName: 'arn:aws:events:us-east-1:111122223333:event-bus/security', DetailType: 'x' };

const imported = (change: object, { hub } = clients) =>
  hub.send(new BatchImportFindingsCommand({ Findings: [{ ...good, ...change }] }));
const put = (Source: string, Detail: string, { bus } = clients) =>
  bus.send(new PutEventsCommand({ Entries: [{ ...entry, Source, Detail }] }));

test('a finding of the format is taken', async () => {
  await expect(imported({})).resolves.toMatchObject({ FailedCount: 0, SuccessCount: 1 });
  expect(aws.findings).toEqual([good]);
});

test.each<[string, object]>([
  ['a title that is too long', { Title: 'x'.repeat(257) }],
  ['no description', { Description: '' }],
  ['a time that is none', { UpdatedAt: 'today' }],
  [
    'an unknown kind of finding',
    { FindingProviderFields: { Severity: { Label: 'LOW' }, Types: ['Attack'] } },
  ],
  ['no resource', { Resources: [] }],
  ['a field that is too long', { ProductFields: { a: 'x'.repeat(2049) } }],
])('a finding with %s is answered, and not taken', async (_fault, change) => {
  const { FailedCount, FailedFindings } = await imported(change);
  expect([FailedCount, FailedFindings?.[0]?.ErrorCode]).toEqual([1, 'InvalidInput']);
  expect(aws.findings).toEqual([]);
});

test('an event is taken', async () => {
  await expect(put('trailkeeper', '{"a":1}')).resolves.toMatchObject({ FailedEntryCount: 0 });
  expect(aws.putOnBuses).toEqual([{ ...entry, Source: 'trailkeeper', Detail: '{"a":1}', Resources: [] }]);
});

test.each([
  ['of a source of AWS', 'aws.cloudtrail', '{}', 'NotAuthorizedForSourceException'],
  ['without an object in it', 'trailkeeper', '"text"', 'MalformedDetail'],
  ['that is too large', 'trailkeeper', JSON.stringify({ a: 'x'.repeat(262_144) }), 'ValidationException'],
])('an event %s is answered, and not taken', async (_fault, source, detail, ErrorCode) => {
  const { FailedEntryCount, Entries } = await put(source, detail);
  expect([FailedEntryCount, Entries?.[0]?.ErrorCode]).toEqual([1, ErrorCode]);
  expect(aws.putOnBuses).toEqual([]);
});

test('a role without the right may do neither', async () => {
  const thief = clientsOf('arn:aws:iam::123456789012:role/none');
  await expect(imported({}, thief)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await expect(put('trailkeeper', '{}', thief)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});
