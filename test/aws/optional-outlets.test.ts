import { alertOf } from '../../src/alert/alert.ts';
import { centralBusOutlet } from '../../src/aws/central-bus.ts';
import { securityHubOutlet } from '../../src/aws/security-hub.ts';
import { finding } from '../../src/alert/finding.ts';
import { reportOf } from '../../src/report/report.ts';
import { incidentOf } from '../fakes/incident.ts';
import { retriesAtOnce } from './recorded-aws.ts';

const alert = alertOf(reportOf(incidentOf()));
const bus = 'arn:aws:events:eu-central-1:111122223333:event-bus/security';

interface Request {
  readonly hostname: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A network that keeps what goes out, and answers with one status and body after the other, the last one for ever. */
function network(...answers: readonly (readonly [status: number, body: object])[]) {
  const sent: Request[] = [];
  const handle = (request: Request) => {
    const [statusCode, body] = answers[Math.min(sent.length, answers.length - 1)] ?? [200, {}];
    sent.push(request);
    return Promise.resolve({
      response: { statusCode, headers: {}, body: Buffer.from(JSON.stringify(body)) },
    });
  };
  const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };
  return {
    sent,
    config: { requestHandler: { handle } as never, credentials, retryStrategy: retriesAtOnce(5) as never },
  };
}

function bodyOf(request: Request | undefined): unknown {
  const { body = '' } = request ?? {};
  return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
}

const OUTLETS = {
  'Security Hub': {
    open: (config: object) => securityHubOutlet({ region: 'us-east-1', ...config }),
    taken: { FailedCount: 0, SuccessCount: 1 },
    failed: {
      FailedCount: 1,
      SuccessCount: 0,
      FailedFindings: [{ Id: 'x', ErrorCode: 'InvalidInput', ErrorMessage: 'Id is too long' }],
    },
    error: { name: 'InvalidInput', message: 'Id is too long' },
  },
  'the central bus': {
    open: (config: object) => centralBusOutlet(bus, config),
    taken: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] },
    failed: {
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'ThrottlingException', ErrorMessage: 'Rate exceeded' }],
    },
    error: { name: 'ThrottlingException', message: 'Rate exceeded' },
  },
};

describe.each(Object.entries(OUTLETS))('an alert to %s', (_name, { open, taken, failed, error }) => {
  test('is one request', async () => {
    const { sent, config } = network([200, taken]);
    await open(config).publish(alert);

    expect(sent).toHaveLength(1);
  });

  test('is tried again while the service is out of order', async () => {
    const { sent, config } = network([500, { __type: 'InternalFailure' }], [200, taken]);
    await open(config).publish(alert);

    expect(sent).toHaveLength(2);
  });

  test('that is answered, and not taken, rejects with the code of the service', async () => {
    await expect(open(network([200, failed]).config).publish(alert)).rejects.toMatchObject(error);
  });

  test('that is not allowed is tried once', async () => {
    const { sent, config } = network([403, { __type: 'AccessDeniedException', message: 'no' }]);

    await expect(open(config).publish(alert)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(sent).toHaveLength(1);
  });
});

test('Security Hub gets the finding, in the guard’s own Region', async () => {
  const { sent, config } = network([200, OUTLETS['Security Hub'].taken]);
  await OUTLETS['Security Hub'].open(config).publish(alert);

  expect(sent[0]).toMatchObject({
    hostname: 'securityhub.us-east-1.amazonaws.com',
    path: '/findings/import',
  });
  expect(bodyOf(sent[0])).toEqual({ Findings: [finding(alert.report)] });
});

test('the bus gets the report as an event of the guard’s own, in the Region of the bus', async () => {
  const { sent, config } = network([200, OUTLETS['the central bus'].taken]);
  await OUTLETS['the central bus'].open(config).publish(alert);

  expect(sent[0]?.hostname).toBe('events.eu-central-1.amazonaws.com');
  expect(sent[0]?.headers['x-amz-target']).toBe('AWSEvents.PutEvents');
  expect(bodyOf(sent[0])).toEqual({
    Entries: [
      {
        EventBusName: bus,
        Source: 'trailkeeper',
        DetailType: 'Trailkeeper Incident',
        Resources: ['arn:aws:cloudtrail:us-east-1:123456789012:trail/org-audit-trail'],
        Detail: alert.bodies.default,
      },
    ],
  });
  expect(JSON.parse(alert.bodies.default)).toEqual(alert.report);
});

test('an answer without a code is a failure too', async () => {
  const { config } = network([200, { FailedEntryCount: 1 }]);

  await expect(centralBusOutlet(bus, config).publish(alert)).rejects.toMatchObject({
    name: 'PutEventsFailed',
  });
});
