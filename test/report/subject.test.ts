import type { Incident } from '../../src/incident/incident.ts';
import { subject } from '../../src/report/subject.ts';
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
const denied = { errorCode: 'AccessDenied' };
const stopped = observed(orgAuditTrail, { IsLogging: false });
const weakened = observed(orgAuditTrail, { S3BucketName: 'mallorys-bucket' });
const undelivered = {
  last: observed(orgAuditTrail, {}, { deliveryErrors: ['log files to S3: AccessDenied'] }),
  attempts: [
    {
      repair: { kind: 'updateTrail', trail: name, settings: { S3BucketName: orgAuditTrail.S3BucketName } },
    },
  ],
} as const;
const place = '(123456789012 us-east-1)';

const disguised = { ...orgAuditTrail, Name: 'DRILL' };

const subjects: [string, Incident, string][] = [
  [
    'a trail that somebody has called DRILL, as no drill',
    incidentOf(stopLogging('DRILL'), {
      baseline: { ...incidentOf().baseline, Trails: [disguised] },
      outcomes: [outcomeOf({ ...stopped, Name: 'DRILL' }, { ...observed(orgAuditTrail), Name: 'DRILL' })],
    }),
    `[CRITICAL] drill stopped by mallory, restored in 4.3 s ${place}`,
  ],
  [
    'a restored trail, with the seconds it took',
    incidentOf(),
    `[CRITICAL] org-audit-trail stopped by mallory, restored in 4.3 s ${place}`,
  ],
  [
    'a restored trail of an event without a time',
    incidentOf(eventOf('StopLogging', { name }, { eventTime: 'x' }, { time: 'x' })),
    `[CRITICAL] org-audit-trail stopped by mallory, restored ${place}`,
  ],
  [
    'a deleted trail',
    incidentOf(deleteTrail(), { outcomes: [outcomeOf(missing(name))] }),
    `[CRITICAL] org-audit-trail deleted by mallory, restored in 4.3 s ${place}`,
  ],
  [
    'a trail that is whole already',
    incidentOf(eventOf('UpdateTrail', { name }), { outcomes: [wholeOutcome()] }),
    `[HIGH] org-audit-trail changed by mallory, whole already ${place}`,
  ],
  [
    'a trail that is not whole',
    incidentOf(stopLogging(), { outcomes: [outcomeOf(stopped, stopped)] }),
    `[CRITICAL] org-audit-trail stopped by mallory, NOT restored ${place}`,
  ],
  [
    'a trail that cannot deliver, of which nothing was restored',
    incidentOf({ source: 'aws.events' }, { since: 1, outcomes: [{ ...wholeOutcome(), ...undelivered }] }),
    `[HIGH] org-audit-trail checked, cannot deliver ${place}`,
  ],
  [
    'a trail that was restored, and cannot deliver',
    incidentOf(stopLogging(), { outcomes: [outcomeOf(stopped, undelivered.last)] }),
    `[CRITICAL] org-audit-tr.. stopped by mallory, restored, but cannot deliver ${place}`,
  ],
  [
    'a trail in monitor mode',
    incidentOf(stopLogging(), {
      config: { ...enforcing, mode: 'monitor' },
      outcomes: [
        outcomeOf(stopped, stopped, { attempts: [], planned: [{ kind: 'startLogging', trail: name }] }),
      ],
    }),
    `[CRITICAL] org-audit-trail stopped by mallory, not repaired (monitor mode) ${place}`,
  ],
  [
    'a refused attempt',
    incidentOf(stopLogging(name, denied)),
    `[LOW] org-audit-trail: StopLogging by mallory refused ${place}`,
  ],
  [
    'a refused attempt that names no trail',
    incidentOf(eventOf('StopLogging', null, denied)),
    `[LOW] a trail: StopLogging by mallory refused ${place}`,
  ],
  [
    'an event that cannot be read, with nothing wrong',
    incidentOf({}, { outcomes: [wholeOutcome()] }),
    `[LOW] unreadable event, whole already ${place}`,
  ],
  [
    'an event that cannot be read, with a trail that was found stopped',
    incidentOf({}),
    `[CRITICAL] org-audit-trail found stopped, restored ${place}`,
  ],
  [
    'an event that cannot be read, with a trail that was found deleted',
    incidentOf({}, { outcomes: [outcomeOf(missing(name))] }),
    `[CRITICAL] org-audit-trail found deleted, restored ${place}`,
  ],
  [
    'two trails, the one of the event first',
    incidentOf(eventOf('UpdateTrail', { name }), {
      outcomes: [outcomeOf({ ...weakened, Name: 'data-trail' }), outcomeOf(weakened)],
    }),
    `[HIGH] org-audit-trail and 1 more changed by mallory, restored in 4.3 s ${place}`,
  ],
  [
    'the root user',
    incidentOf(stopLogging(name, { userIdentity: { type: 'Root' } })),
    `[CRITICAL] org-audit-trail stopped by the root user, restored in 4.3 s ${place}`,
  ],
];

describe('the subject tells the story in one line:', () => {
  test.each(subjects)('%s', (_what, incident, line) => {
    expect(subject(incident)).toBe(line);
  });
});

describe('the subject has 1 to 99 characters, with the severity first and the place last:', () => {
  const session = (arn: string) => ({ userIdentity: { ...mallory, arn } });
  const long = 'n'.repeat(128);
  const arn = `arn:aws:sts::123456789012:assumed-role/Admin/${'m'.repeat(64)}`;
  const home = { partition: 'aws', region: 'ap-southeast-2', account: '123456789012' };

  test.each([
    ['a long name and a long session', incidentOf(stopLogging(long, session(arn)))],
    [
      'a refused attempt of a long session',
      incidentOf(eventOf('PutEventConfiguration', { trailName: long }, { ...denied, ...session(arn) }), {
        home,
      }),
    ],
    ['an event of long ago', incidentOf(stopLogging(name, { eventTime: '0001-01-01T00:00:00Z' }))],
    [
      'monitor mode',
      incidentOf(stopLogging(long, session(arn)), {
        home,
        config: { ...enforcing, mode: 'monitor' },
      }),
    ],
  ])('%s', (_what, incident) => {
    expect(subject(incident)).toMatch(/^\[(?:CRITICAL|LOW)\] [\x20-\x7e]+ \(123456789012 [a-z0-9-]+\)$/);
    expect(subject(incident).length).toBeLessThanOrEqual(99);
  });

  test('a refused attempt of a long session, while the configuration is faulty', () => {
    const event = eventOf('PutEventConfiguration', { trailName: long }, { ...denied, ...session(arn) });

    expect(subject(incidentOf(event, { home, faults: [new Error('x')] })).length).toBeLessThanOrEqual(99);
  });

  test('a refused attempt of a long session still names the trail', () => {
    const event = eventOf('PutEventConfiguration', { trailName: name }, { ...denied, ...session(arn) });

    expect(subject(incidentOf(event, { home }))).toContain('org-aud');
  });

  test('and a long name leaves room for the actor and the outcome', () => {
    const event = stopLogging('a-trail-with-quite-a-long-name-that-goes-on', session(arn));
    const unfinished = outcomeOf(
      { ...stopped, Name: 'a-trail-with-quite-a-long-name-that-goes-on' },
      stopped,
    );

    expect(subject(incidentOf(event, { home, outcomes: [unfinished] }))).toContain('NOT restored');
  });
});

test('nobody is blamed for a trail that their call does not name', () => {
  const alice = { userIdentity: { type: 'IAMUser', userName: 'alice' } };
  const incident = incidentOf(eventOf('UpdateTrail', { name: 'team-trail' }, alice), {
    config: { ...enforcing, guardUndeclared: false },
  });

  expect(subject(incident)).toContain('org-audit-trail found stopped');
  expect(subject(incident)).not.toContain('found stopped by alice');
});
