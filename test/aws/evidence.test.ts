import { EvidenceError, type EvidenceRequest, readLedgers, readSources } from '../../src/aws/evidence.ts';
import { chained, DAY, FROM, HOUR, QUARTER, recordAt, UNTIL } from '../fakes/evidence.ts';
import { type Answer, recordedAws } from './recorded-aws.ts';

const TABLE = 'trailkeeper-prod-ledger-0a1b2c3d-0123456789ab';
const NOW = UNTIL + HOUR;
const records = chained(QUARTER);
const [last] = records.slice(-1);

const itemOf = (value: unknown, index: number) => ({
  kind: { S: 'incident' },
  id: { S: String(index + 1) },
  version: { N: '1' },
  value: { S: typeof value === 'string' ? value : JSON.stringify(value) },
});

const answers: Readonly<Record<string, Answer | readonly Answer[]>> = {
  ListTables: [
    { ok: { TableNames: ['orders', 'trailkeeper-prod-ledger-copy'], LastEvaluatedTableName: 'orders' } },
    { ok: { TableNames: [TABLE, 'trailkeeper-prod2-ledger-0a1b2c3d-0123456789ab'] } },
  ],
  DescribeTable: {
    ok: {
      Table: {
        TableArn: `arn:aws:dynamodb:us-east-1:123456789012:table/${TABLE}`,
        CreationDateTime: (FROM - DAY) / 1000,
      },
    },
  },
  Query: { ok: { Items: [...records, 'no JSON'].map(itemOf) } },
  BatchGetItem: [
    {
      ok: {
        Responses: {
          [TABLE]: [
            {
              id: { S: 'end' },
              version: { N: '9' },
              value: { S: JSON.stringify({ number: 9, hash: last?.hash }) },
            },
          ],
        },
      },
    },
    { ok: { Responses: { [TABLE]: [] } } },
  ],
  GetMetricData: [
    {
      ok: {
        MetricDataResults: [
          { Id: 'm0', Timestamps: [FROM / 1000], Values: [12] },
          { Id: 'm3', Timestamps: [FROM / 1000], Values: [1] },
        ],
        NextToken: 'more',
      },
    },
    { ok: { MetricDataResults: [{ Id: 'm0', Timestamps: [(FROM + HOUR) / 1000], Values: [11] }] } },
  ],
  DescribeAlarms: { ok: { MetricAlarms: [{ Metrics: [{ Id: 'counted', MetricStat: { Period: 300 } }] }] } },
  LookupEvents: [
    {
      ok: {
        Events: [
          {
            EventId: 'a',
            EventTime: FROM / 1000,
            CloudTrailEvent: JSON.stringify(recordAt('StopLogging', '2026-11-20T23:47:09Z')),
          },
        ],
      },
    },
    { ok: { Events: [] } },
  ],
};

function asked(changed: typeof answers = {}, given: Partial<EvidenceRequest> = {}, date?: string) {
  const { sent, config } = recordedAws({ ...answers, ...changed });
  const requestHandler = {
    handle: async (request: Parameters<typeof config.requestHandler.handle>[0]) => {
      const { response } = await config.requestHandler.handle(request);
      return { response: { ...response, headers: { ...response.headers, ...(date && { date }) } } };
    },
  };
  const request: EvidenceRequest = {
    service: 'trailkeeper',
    stage: 'prod',
    region: 'us-east-1',
    account: '123456789012',
    declared: ['org-audit-trail'],
    period: { from: FROM, until: UNTIL },
    without: {},
    commits: { known: [] },
    now: () => NOW,
    connection: { credentials: config.credentials, requestHandler: requestHandler as never },
    historyPaceMs: 0,
    ...given,
  };
  return { sent, request };
}

test('the ledgers of the stage are read whole, and of no other', async () => {
  const [ledger, ...others] = await readLedgers(asked().request);
  expect(others).toEqual([]);
  expect(ledger).toEqual({
    table: TABLE,
    createdAt: FROM - DAY,
    items: [
      ...records.map((value, index) => ({ id: String(index + 1), value })),
      { id: '10', value: undefined },
    ],
    end: { number: 9, hash: last?.hash },
  });
});

test('metrics are sums of hours over all pages, and sweeps are due as their alarm is deployed', async () => {
  const { sent, request } = asked();
  const { metrics } = await readSources(request);
  expect(metrics).toEqual({
    known: {
      hours: {
        SweepFinished: [
          { at: FROM, sum: 12 },
          { at: FROM + HOUR, sum: 11 },
        ],
        LedgerUnavailable: [],
        AlertsUnsent: [],
        MessagesParked: [{ at: FROM, sum: 1 }],
      },
      sweepSeconds: { known: 300 },
    },
  });
  const [question] = sent.filter(({ operation }) => operation === 'GetMetricData');
  expect(question?.body).toMatchObject({
    StartTime: FROM / 1000,
    EndTime: UNTIL / 1000,
    MetricDataQueries: expect.arrayContaining([
      {
        Id: 'm0',
        MetricStat: {
          Metric: {
            Namespace: 'Trailkeeper',
            MetricName: 'SweepFinished',
            Dimensions: [
              { Name: 'service', Value: 'trailkeeper' },
              { Name: 'stage', Value: 'prod' },
            ],
          },
          Period: 3600,
          Stat: 'Sum',
        },
      },
    ]) as unknown,
  });
});

test('where the alarm is not there, how often sweeps are due is not known', async () => {
  const { metrics } = await readSources(asked({ DescribeAlarms: { ok: { MetricAlarms: [] } } }).request);
  expect(metrics).toMatchObject({
    known: { sweepSeconds: { fault: 'the alarm trailkeeper-prod-missing-sweeps is not there to say it' } },
  });
});

test('the Event history is asked for every call, as far back as it goes, until what is sure to be told', async () => {
  const { sent, request } = asked();
  const { history } = await readSources(request);
  const from = NOW - 90 * DAY;
  const until = NOW - (75 * 60 + 300) * 1000;
  expect(history).toMatchObject({ known: { read: { from, until }, told: [], own: [] } });
  const questions = sent.filter(({ operation }) => operation === 'LookupEvents').map(({ body }) => body);
  expect(questions).toHaveLength(9);
  expect(questions).toContainEqual(
    expect.objectContaining({
      LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'StopLogging' }],
      StartTime: from / 1000,
      EndTime: until / 1000,
    }),
  );
});

test('what is left out is not asked for', async () => {
  const { sent, request } = asked({}, { without: { metrics: 'no right', history: 'no time' } });
  expect(await readSources(request)).toMatchObject({
    metrics: { fault: 'no right' },
    history: { fault: 'no time' },
  });
  expect(sent.map(({ operation }) => operation)).toEqual(
    expect.not.arrayContaining(['GetMetricData', 'DescribeAlarms', 'LookupEvents']),
  );
});

const denied: Answer = { error: 'AccessDeniedException' };

test.each<[string, Parameters<typeof asked>, string]>([
  [
    'may not list the tables',
    [{ ListTables: denied }],
    'dynamodb:ListTables failed: AccessDeniedException: grant dynamodb:ListTables on *',
  ],
  [
    'may not read the ledger',
    [{ Query: denied }],
    `dynamodb:Query failed: AccessDeniedException: grant dynamodb:Query on ${TABLE}`,
  ],
  [
    'may not read the metrics',
    [{ GetMetricData: denied }],
    'cloudwatch:GetMetricData failed: AccessDeniedException: grant cloudwatch:GetMetricData on *',
  ],
  [
    'may not read the Event history',
    [{ LookupEvents: denied }],
    'cloudtrail:LookupEvents failed: AccessDeniedException: grant cloudtrail:LookupEvents on *',
  ],
  [
    'has expired credentials',
    [
      {
        ListTables: {
          error: 'ExpiredTokenException',
          message: 'The security token included in the request is expired',
        },
      },
    ],
    'dynamodb:ListTables failed: ExpiredTokenException: The security token included in the request is expired: sign in again',
  ],
  [
    'looks where the stage is not deployed, or by a version without a ledger',
    [{ ListTables: { ok: { TableNames: ['orders'] } } }],
    'There is no ledger of stage prod in us-east-1 of this account: check AWS_PROFILE and --region; if both are right, ' +
      'the stage is not deployed, or by a version without a ledger: npx serverless deploy --stage prod --region us-east-1',
  ],
  [
    'is in another account',
    [{}, { account: '111122223333' }],
    'These credentials are of account 123456789012, and baselines/prod.yml is for 111122223333: check AWS_PROFILE',
  ],
  [
    'has a clock that is slow',
    [{}, {}, new Date(NOW + 2 * HOUR).toUTCString()],
    'The clock of this machine is 120 minutes behind AWS: set it, for evidence is dated by it',
  ],
  [
    'has a clock that is fast',
    [{}, {}, new Date(NOW - 10 * 60_000).toUTCString()],
    'The clock of this machine is 10 minutes ahead of AWS: set it, for evidence is dated by it',
  ],
])('one line says what to do when whoever asks %s', async (_what, given, message) => {
  const thrown = await readSources(asked(...given).request).catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(EvidenceError);
  expect((thrown as Error).message).toBe(message);
});
