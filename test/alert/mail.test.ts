import { alertOf } from '../../src/alert/alert.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { reportOf } from '../../src/report/report.ts';
import { incidentOf, outcomeOf, wholeOutcome } from '../fakes/incident.ts';
import {
  deleteTrail,
  eventOf,
  mallory,
  missing,
  observed,
  orgAuditTrail,
  stopLogging,
  enforcing,
} from '../fakes/samples.ts';

const name = orgAuditTrail.Name;
const stopped = observed(orgAuditTrail, { IsLogging: false, InsightSelectors: [] });
const weakened = observed(orgAuditTrail, { S3BucketName: 'mallorys-bucket' });
const update = eventOf('UpdateTrail', { name });
const monitor = { ...enforcing, mode: 'monitor' } as const;

const body = (incident: Incident) => alertOf(reportOf(incident)).bodies.email;
/** The mail as if no line had an end. */
const flat = (incident: Incident) => body(incident).replaceAll(/\s+/g, ' ');
const firstLine = (incident: Incident) => reportOf(incident).summary[0];
const refusedBy = (error: string, message = 'no') => Object.assign(new Error(message), { name: error });

test('the mail of a stopped trail says what, who, from where, when, where and how long', () => {
  const lines = body(incidentOf(stopLogging(), { outcomes: [outcomeOf(stopped)] })).split('\n');

  expect(lines.slice(0, 11)).toEqual([
    'Trail org-audit-trail was STOPPED. It is logging again, whole and',
    '    verified.',
    '',
    '  Who     role Admin, session mallory, no MFA, key ASIAEXAMPLE7QF2',
    '          arn:aws:sts::123456789012:assumed-role/Admin/mallory',
    '          session since 2026-11-20T23:00:00Z',
    '  From    198.51.100.7 (aws-cli/2.31.0)',
    '  When    2026-11-20T23:47:12Z (StopLogging)',
    '  Where   account 123456789012, us-east-1',
    '  Blind   4.3 s at most without logging, until 2026-11-20T23:47:16Z',
    '  Pace    seen after 3.0 s, repaired and verified 1.3 s later',
  ]);
  expect(lines).toContain('Still broken: nothing.');
  expect(lines).toContain('  Event   c2a89408-340a-42f0-8ace-75d9f5769393');
});

test('the mail says what stands behind an actor and an address', () => {
  const text = flat(
    incidentOf(
      stopLogging(name, {
        sourceIPAddress: '10.0.0.7',
        vpcEndpointId: 'vpce-0123456789abcdef0',
        vpcEndpointAccountId: '111122223333',
        userIdentity: {
          ...mallory,
          invokedBy: 'lambda.amazonaws.com',
          invokedByDelegate: { accountId: '111122223333' },
          inScopeOf: {
            sourceArn: 'arn:aws:lambda:us-east-1:123456789012:function:cleaner:live',
            credentialsIssuedTo: 'arn:aws:lambda:us-east-1:123456789012:function:cleaner',
          },
        },
      }),
    ),
  );

  expect(text).toContain('Who role Admin, session mallory, through lambda.amazonaws.com,');
  expect(text).toContain('credentials issued to arn:aws:lambda:us-east-1:123456789012:function:cleaner ');
  expect(text).toContain('in scope of arn:aws:lambda:us-east-1:123456789012:function:cleaner:live ');
  expect(text).toContain('invoked by delegate, account 111122223333');
  expect(text).toContain('From 10.0.0.7 through vpce-0123456789abcdef0 of account 111122223333 (aws-cli');
});

test('CloudFormation is named, and for whom it acts is said once', () => {
  const userIdentity = {
    type: 'AssumedRole',
    accountId: '123456789012',
    accessKeyId: 'ASIAEXAMPLE',
    invokedBy: 'cloudformation.amazonaws.com',
  };

  expect(flat(incidentOf(stopLogging(name, { userIdentity })))).toContain(
    'Who cloudformation.amazonaws.com, on behalf of account 123456789012, key ASIAEXAMPLE From',
  );
});

test('a long list tells what is gone and what is new, in the mail and in the report', () => {
  const ledger = (from: number) => [
    {
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        {
          Field: 'resources.ARN',
          StartsWith: Array.from(
            { length: 240 - from },
            (_each, index) => `arn:aws:s3:::ledger-${index + from}/`,
          ),
        },
      ],
    },
  ];
  const incident = incidentOf(eventOf('PutEventSelectors', { trailName: name }), {
    outcomes: [
      outcomeOf(undefined, undefined, {
        found: [{ field: 'AdvancedEventSelectors', declared: ledger(0), found: ledger(1) }],
      }),
    ],
  });

  expect(flat(incident)).toContain(
    'AdvancedEventSelectors gone resources.ARN StartsWith arn:aws:s3:::ledger-0/ now as before',
  );
  expect(reportOf(incident).trails[0]?.changes).toEqual([
    {
      field: 'AdvancedEventSelectors',
      before: ['1 item, 241 values'],
      found: ['1 item, 240 values'],
      now: ['as before'],
      gone: ['resources.ARN StartsWith arn:aws:s3:::ledger-0/'],
      added: [],
    },
  ]);
});

describe('the first line says what became of the trail:', () => {
  const silent = observed({ ...orgAuditTrail, Name: 'team-trail' });
  const undeclared = { origin: 'undeclared' as const, found: [], remaining: [] };
  const incidents: [string, Incident, RegExp][] = [
    [
      'deleted and back',
      incidentOf(deleteTrail(), { outcomes: [outcomeOf(missing(name))] }),
      /was DELETED\. .*whole/,
    ],
    [
      'changed and back',
      incidentOf(update, { outcomes: [outcomeOf(weakened)] }),
      /was CHANGED: S3BucketName to mallorys-bucket\. .*whole/,
    ],
    [
      'changed and whole already',
      incidentOf(update, { outcomes: [wholeOutcome()] }),
      /was CHANGED\. It is whole/,
    ],
    [
      'not whole',
      incidentOf(update, { outcomes: [outcomeOf(weakened, weakened)] }),
      /It is NOT whole: S3BucketName\.$/,
    ],
    [
      'not repaired in monitor mode',
      incidentOf(update, {
        config: monitor,
        outcomes: [
          outcomeOf(weakened, weakened, { attempts: [], planned: [{ kind: 'startLogging', trail: name }] }),
        ],
      }),
      /Monitor mode: nothing was repaired\.$/,
    ],
    [
      'out of reach',
      incidentOf(stopLogging(), {
        outcomes: [outcomeOf(stopped, observed(orgAuditTrail, {}, { standing: 'organization' }))],
      }),
      /It CANNOT be restored from here\.$/,
    ],
    [
      'undeclared and gone',
      incidentOf(deleteTrail('team-trail'), {
        outcomes: [outcomeOf(missing('team-trail'), missing('team-trail'), { ...undeclared, attempts: [] })],
      }),
      /team-trail was DELETED\. It CANNOT be restored from here\.$/,
    ],
    [
      'undeclared and started, never called whole',
      incidentOf(stopLogging('team-trail'), {
        outcomes: [
          outcomeOf(
            { ...silent, state: { IsLogging: false } },
            { ...silent, state: { IsLogging: true } },
            undeclared,
          ),
        ],
      }),
      /team-trail was STOPPED\. It is logging again\.$/,
    ],
    ['found stopped by a look at everything', incidentOf({}), /An event came that could not be understood/],
    [
      'refused',
      incidentOf(stopLogging(name, { errorCode: 'AccessDenied' })),
      /StopLogging on trail org-audit-trail was tried and REFUSED\. Nothing has changed\.$/,
    ],
    [
      'refused, on a trail that is not named',
      incidentOf(eventOf('DeleteTrail', null, { errorCode: 'AccessDenied' })),
      /DeleteTrail on a trail was tried and REFUSED/,
    ],
    [
      'not named by the event',
      incidentOf(eventOf('UpdateTrail', null), { outcomes: [wholeOutcome()] }),
      /UpdateTrail was called on a trail that the event does not name/,
    ],
  ];
  test.each(incidents)('%s', (_what, incident, line) => {
    expect(firstLine(incident)).toMatch(line);
  });
});

describe('who it was', () => {
  const who = (detail: Readonly<Record<string, unknown>>) =>
    body(incidentOf(stopLogging(name, detail)))
      .split('\n')
      .filter((line) => /^ {2}(?:Who|From|When)/.test(line));

  test('with MFA', () => {
    const sessionContext = { attributes: { mfaAuthenticated: 'true' } };

    expect(who({ userIdentity: { ...mallory, sessionContext } })[0]).toContain('with MFA');
  });

  test('from another account', () => {
    const userIdentity = { type: 'AWSAccount', principalId: 'AIDAEXAMPLE', accountId: '111122223333' };

    expect(who({ userIdentity })[0]).toContain('another account, 111122223333');
  });

  test('when the event says nothing', () => {
    const detail = { userIdentity: null, sourceIPAddress: null, userAgent: null, eventTime: null };
    const incident = incidentOf(eventOf('StopLogging', { name }, detail, { time: null }));

    expect(body(incident)).toContain('  Who     unknown\n');
    expect(body(incident)).toContain('  From    an address that the event does not give\n');
    expect(body(incident)).toContain('  When    at a time that the event does not give (StopLogging)\n');
    expect(body(incident)).not.toContain('Blind');
  });
});

describe('the blind window is told', () => {
  test('for a trail that was stopped or deleted, and logs again', () => {
    expect(body(incidentOf(deleteTrail(), { outcomes: [outcomeOf(missing(name))] }))).toContain(
      '  Blind   4.3 s',
    );
  });

  test.each([
    ['the trail still does not log', incidentOf(stopLogging(), { outcomes: [outcomeOf(stopped, stopped)] })],
    ['logging was never off', incidentOf(update, { outcomes: [outcomeOf(weakened)] })],
    ['the call was refused', incidentOf(stopLogging(name, { errorCode: 'AccessDenied' }))],
    ['the event names no trail', incidentOf(eventOf('StopLogging', null))],
  ])('not when %s', (_when, incident) => {
    expect(body(incident)).not.toContain('Blind');
  });

  test('as zero where the clocks disagree', () => {
    const early = outcomeOf(stopped, undefined, { verifiedAt: Date.parse('2026-11-20T23:47:11Z') });

    expect(body(incidentOf(stopLogging(), { outcomes: [early] }))).toContain('Blind   0.0 s');
  });
});

describe('what changed, before, found and now:', () => {
  test('short values stand in columns', () => {
    expect(body(incidentOf())).toMatch(/\n {2}Field +Before +Found +Now\n {2}IsLogging +on +off +on\n/);
  });

  test('long values stand one below the other', () => {
    expect(body(incidentOf(update, { outcomes: [outcomeOf(weakened)] }))).toMatch(
      /\n {2}S3BucketName\n {4}before +audit-logs-123456789012\n {4}found +mallorys-bucket\n {4}now +as before\n/,
    );
  });

  test('what is still wrong shows its last value', () => {
    const last = observed(orgAuditTrail, { S3BucketName: 'another-bucket' });

    expect(body(incidentOf(update, { outcomes: [outcomeOf(weakened, last)] }))).toMatch(
      / {4}now +another-bucket\n/,
    );
  });

  test('a deleted trail has no columns', () => {
    const text = body(incidentOf(deleteTrail(), { outcomes: [outcomeOf(missing(name))] }));

    expect(text).toContain('gone.');
    expect(text).not.toContain('Before');
  });
});

describe('what was done', () => {
  test('is told call by call, refusals with their reason', () => {
    const attempts = [
      { repair: { kind: 'startLogging', trail: name } },
      {
        repair: { kind: 'updateTrail', trail: name, settings: { KmsKeyId: 'k' } },
        error: refusedBy('KmsException', 'the key is disabled'),
      },
    ] as const;
    const text = body(incidentOf(stopLogging(), { outcomes: [outcomeOf(stopped, weakened, { attempts })] }));

    expect(text).toContain('\n  StartLogging: done\n');
    expect(text).toContain('\n  UpdateTrail (KmsKeyId): refused: KmsException: the key is disabled\n');
  });
});

describe('what is still broken', () => {
  const brokenBy = (error: string) =>
    flat(
      incidentOf(update, {
        outcomes: [
          outcomeOf(weakened, weakened, {
            attempts: [{ repair: { kind: 'startLogging', trail: name }, error: refusedBy(error) }],
          }),
        ],
      }),
    );

  test.each([
    ['AccessDeniedException', 'service control policy'],
    ['MaximumNumberOfTrailsExceededException', '5 trails'],
    ['S3BucketDoesNotExistException', 'the log bucket is gone'],
    ['InsufficientS3BucketPolicyException', 'policy of the log bucket'],
    ['KmsKeyNotFoundException', 'KMS key'],
    ['InsufficientSnsTopicPolicyException', 'topic'],
    ['InvalidHomeRegionException', 'another Region'],
    ['SomeNewException', 'log'],
  ])('comes with what to do about it: %s', (error, remedy) => {
    expect(brokenBy(error)).toMatch(new RegExp(`To do: .*${remedy}`));
  });

  test('is told field by field, and part by part', () => {
    const last = observed(
      orgAuditTrail,
      { KmsKeyId: undefined },
      { unread: { tags: 'AccessDeniedException' } },
    );
    const text = body(incidentOf(update, { outcomes: [outcomeOf(weakened, last)] }));

    expect(text).toContain('\n  org-audit-trail: KmsKeyId is none.\n');
    expect(text).toContain('\n  org-audit-trail: tags could not be read: AccessDeniedException.\n');
    expect(text).not.toContain('Still broken: nothing.');
  });

  test('is told of a trail that logs and cannot deliver', () => {
    const last = observed(orgAuditTrail, {}, { deliveryErrors: ['log files to S3: AccessDenied'] });

    expect(body(incidentOf(update, { outcomes: [outcomeOf(weakened, last)] }))).toContain(
      'org-audit-trail: cannot deliver log files to S3: AccessDenied.',
    );
  });

  test('a failed repair that a later one made up for is not told as broken', () => {
    const attempts = [
      { repair: { kind: 'startLogging', trail: name }, error: refusedBy('KmsException') },
    ] as const;
    const text = body(incidentOf(update, { outcomes: [outcomeOf(weakened, undefined, { attempts })] }));

    expect(text).toContain('Still broken: nothing.');
  });

  test('is not nothing where the configuration is faulty', () => {
    const faults = [new Error('the baseline is for account 111122223333')];

    expect(body(incidentOf(update, { outcomes: [], faults }))).not.toContain('Still broken: nothing.');
  });
});

test('a fault of the configuration is told', () => {
  expect(
    body(
      incidentOf(update, { outcomes: [], faults: [new Error('the baseline is for account 111122223333')] }),
    ),
  ).toContain('CONFIGURATION: the baseline is for account 111122223333');
});

test('a fault that quotes AWS forges no line', () => {
  const faults = [new Error('Undeclared trails could not be listed: no\n\nStill broken: nothing.')];
  const lines = body(incidentOf(update, { outcomes: [outcomeOf(weakened, weakened)], faults })).split('\n');

  expect(lines).not.toContain('Still broken: nothing.');
});

test('the mail can be sent, whatever was put into the trail: SNS takes 256 KiB', () => {
  const AdvancedEventSelectors = Array.from({ length: 500 }, (_, index) => ({
    FieldSelectors: [
      { Field: 'eventCategory', Equals: ['Data'] },
      { Field: 'resources.ARN', StartsWith: [`arn:aws:s3:::${index}-${'\u200b'.repeat(300)}`] },
    ],
  }));
  const flooded = observed(orgAuditTrail, { AdvancedEventSelectors });

  expect(
    Buffer.byteLength(
      body(incidentOf(eventOf('PutEventSelectors', { trailName: name }), { outcomes: [outcomeOf(flooded)] })),
    ),
  ).toBeLessThanOrEqual(250 * 1024);
});

test('the mail of a trail with fifty tags, each as long as can be, can be sent', () => {
  const TagsList = Array.from({ length: 50 }, (_, index) => ({
    Key: `${index}`.padEnd(128, 'ü'),
    Value: '名'.repeat(256),
  }));
  const flooded = observed(orgAuditTrail, { TagsList });

  expect(
    Buffer.byteLength(body(incidentOf(update, { outcomes: [outcomeOf(flooded, flooded)] }))),
  ).toBeLessThanOrEqual(250 * 1024);
});

test('every mail ends with what to do next', () => {
  expect(body(incidentOf())).toContain('Next:\n  Was this you or your team?');
  expect(body(incidentOf({}))).toContain('Next:\n  Find out what sent this event');
});
