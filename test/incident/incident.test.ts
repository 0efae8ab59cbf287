import { failures, type Incident, isWhole } from '../../src/incident/incident.ts';
import { isWorthTelling, concernedTrails, verdictOf, type Verdict } from '../../src/incident/verdict.ts';
import { incidentOf, outcomeOf, wholeOutcome } from '../fakes/incident.ts';
import {
  baselineOf,
  deleteTrail,
  eventOf,
  missing,
  observed,
  orgAuditTrail,
  stopLogging,
  enforcing,
} from '../fakes/samples.ts';

const name = orgAuditTrail.Name;
const update = eventOf('UpdateTrail', { name });
const denied = { errorCode: 'AccessDenied' };
const stopped = observed(orgAuditTrail, { IsLogging: false });
const weakened = observed(orgAuditTrail, { S3BucketName: 'mallorys-bucket' });
const unread = observed(orgAuditTrail, {}, { unread: { tags: 'AccessDeniedException' } });
const elsewhere = observed(orgAuditTrail, {}, { standing: 'elsewhere' });
const monitor = { ...enforcing, mode: 'monitor' } as const;
const unguarded = { ...enforcing, guardUndeclared: false } as const;
const planned = { attempts: [], planned: [{ kind: 'startLogging', trail: name }] } as const;
const lost = outcomeOf(missing('team-trail'), missing('team-trail'), {
  origin: 'undeclared',
  found: [],
  attempts: [],
  remaining: [],
});
const fault = [new Error('a fault')];
const askedAfterBucket = {
  repair: { kind: 'updateTrail', trail: name, settings: { S3BucketName: orgAuditTrail.S3BucketName } },
} as const;

describe('the verdict', () => {
  const verdicts: [string, Incident, Verdict][] = [
    ['is restored where repairs made it whole', incidentOf(), 'restored'],
    ['is whole where there was nothing to do', incidentOf(update, { outcomes: [wholeOutcome()] }), 'whole'],
    [
      'is whole where the guard only asked after the bucket',
      incidentOf(update, { outcomes: [{ ...wholeOutcome(), attempts: [askedAfterBucket] }] }),
      'whole',
    ],
    [
      'is restored where the event of a stop came before the reading',
      incidentOf(stopLogging(), {
        outcomes: [{ ...wholeOutcome(), attempts: [{ repair: { kind: 'startLogging', trail: name } }] }],
      }),
      'restored',
    ],
    [
      'is restored where a trail was gone',
      incidentOf(deleteTrail(name), { outcomes: [outcomeOf(missing(name))] }),
      'restored',
    ],
    [
      'is broken where something still differs',
      incidentOf(update, { outcomes: [outcomeOf(weakened, weakened)] }),
      'broken',
    ],
    [
      'is broken where something could not be read',
      incidentOf(update, { outcomes: [outcomeOf(weakened, unread)] }),
      'broken',
    ],
    ['is broken where the configuration is', incidentOf(update, { outcomes: [], faults: fault }), 'broken'],
    [
      'is broken although another trail was restored',
      incidentOf(update, {
        outcomes: [outcomeOf(), outcomeOf({ ...stopped, Name: 'b' }, { ...stopped, Name: 'b' })],
      }),
      'broken',
    ],
    [
      'is planned in monitor mode',
      incidentOf(update, { config: monitor, outcomes: [outcomeOf(weakened, weakened, planned)] }),
      'planned',
    ],
    [
      'is whole in monitor mode where nothing is wrong',
      incidentOf(update, { config: monitor, outcomes: [wholeOutcome()] }),
      'whole',
    ],
    ['is refused where the call was', incidentOf(stopLogging(name, denied)), 'refused'],
    [
      'is out of reach where the home of the trail is elsewhere',
      incidentOf(update, { outcomes: [outcomeOf(elsewhere, elsewhere)] }),
      'out-of-reach',
    ],
    [
      'is out of reach where nobody knows how the trail was',
      incidentOf(deleteTrail('team-trail'), { outcomes: [lost] }),
      'out-of-reach',
    ],
    [
      'goes by the last reading, not by what was refused',
      incidentOf(stopLogging(), {
        outcomes: [
          outcomeOf(stopped, undefined, {
            attempts: [{ repair: { kind: 'startLogging', trail: name }, error: new Error('no') }],
          }),
        ],
      }),
      'restored',
    ],
  ];
  test.each(verdicts)('%s', (_rule, incident, verdict) => {
    expect(verdictOf(incident)).toBe(verdict);
  });

  test('is not whole in monitor mode where something could not be read', () => {
    const incident = incidentOf(update, { config: monitor, outcomes: [outcomeOf(unread, unread)] });

    expect(verdictOf(incident)).not.toBe('whole');
  });
});

describe('the invocation fails', () => {
  const told = (incident: Incident) => failures(incident).map(({ message }) => message);

  test('with every refusal, everything unread and everything that still differs', () => {
    const last = observed(
      orgAuditTrail,
      { KmsKeyId: undefined },
      { unread: { tags: 'AccessDeniedException' } },
    );
    const attempts = [{ repair: { kind: 'startLogging', trail: name }, error: new Error('no') }] as const;

    expect(
      told(incidentOf(update, { outcomes: [outcomeOf(weakened, last, { attempts })], faults: fault })),
    ).toEqual([
      'a fault',
      'no',
      'org-audit-trail: tags unread: AccessDeniedException',
      'org-audit-trail: KmsKeyId is not as declared',
    ]);
  });

  const fine: [string, Incident][] = [
    ['everything is restored', incidentOf()],
    [
      'the guard only monitors',
      incidentOf(update, { config: monitor, outcomes: [outcomeOf(weakened, weakened, planned)] }),
    ],
    ['trying again cannot help', incidentOf(update, { outcomes: [outcomeOf(elsewhere, elsewhere)] })],
    ['an undeclared trail is lost', incidentOf(deleteTrail('team-trail'), { outcomes: [lost] })],
    ['the call was refused', incidentOf(stopLogging(name, denied))],
  ];
  test.each(fine)('not when %s', (_when, incident) => {
    expect(failures(incident)).toEqual([]);
  });
});

describe('it is told', () => {
  const telling: [string, Incident][] = [
    ['when a trail was repaired', incidentOf()],
    [
      'when a declared trail was tampered with, although it is whole already',
      incidentOf(update, { outcomes: [wholeOutcome()] }),
    ],
    ['when a call was refused', incidentOf(stopLogging(name, denied))],
    ['when a call was refused and names no trail', incidentOf(eventOf('StopLogging', null, denied))],
    ['when an event cannot be read', incidentOf({}, { outcomes: [wholeOutcome()] })],
    ['when the configuration is faulty', incidentOf(update, { outcomes: [], faults: fault })],
    [
      'when an undeclared trail was stopped and is guarded',
      incidentOf(eventOf('StopLogging', { name: 'team-trail' }), { outcomes: [] }),
    ],
    [
      'when an undeclared trail was changed and no trail is declared',
      incidentOf(eventOf('UpdateTrail', { name: 'team-trail' }), { outcomes: [], baseline: baselineOf() }),
    ],
    [
      'when an unguarded trail was changed and a declared one was found stopped',
      incidentOf(eventOf('UpdateTrail', { name: 'team-trail' }), { config: unguarded }),
    ],
  ];
  test.each(telling)('%s', (_when, incident) => {
    expect(isWorthTelling(incident)).toBe(true);
  });

  const silence: [string, Incident][] = [
    [
      "another team's trail was changed, where some trails are declared",
      incidentOf(eventOf('UpdateTrail', { name: 'team-trail' }), { outcomes: [] }),
    ],
    [
      'an unguarded trail was changed',
      incidentOf(eventOf('UpdateTrail', { name: 'team-trail' }), {
        config: unguarded,
        outcomes: [wholeOutcome()],
      }),
    ],
    [
      'an event data store was changed',
      incidentOf(
        eventOf('AddTags', { resourceId: 'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/1b2c' }),
        { outcomes: [wholeOutcome()] },
      ),
    ],
  ];
  test.each(silence)('not when %s and nothing is wrong', (_when, incident) => {
    expect(isWorthTelling(incident)).toBe(false);
  });
});

test('a trail is whole when its last reading is complete and as declared', () => {
  expect(isWhole(outcomeOf())).toBe(true);
  expect(isWhole(outcomeOf(stopped, stopped))).toBe(false);
  expect(isWhole(outcomeOf(stopped, unread))).toBe(false);
});

test('the story tells the trail of the event first, and leaves out those that have no part in it', () => {
  const [b, c] = ['trail-b', 'trail-c'].map((Name) => outcomeOf({ ...stopped, Name }, { ...stopped, Name }));
  const outcomes = [wholeOutcome('trail-a'), ...(b && c ? [b, c] : []), wholeOutcome()];
  const incident = incidentOf(update, { baseline: baselineOf(), outcomes });

  expect(concernedTrails(incident).map(({ Name }) => Name)).toEqual([name, 'trail-b', 'trail-c']);
});
