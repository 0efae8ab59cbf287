import type { Incident } from '../../src/incident/incident.ts';
import { severityOf } from '../../src/incident/severity.ts';
import { verdictOf } from '../../src/incident/verdict.ts';
import { incidentOf, outcomeOf, wholeOutcome } from '../fakes/incident.ts';
import { deleteTrail, eventOf, missing, observed, orgAuditTrail, stopLogging } from '../fakes/samples.ts';

const name = orgAuditTrail.Name;
const update = eventOf('UpdateTrail', { name });
const weakened = observed(orgAuditTrail, { S3BucketName: 'mallorys-bucket' });
const resourceId = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${name}`;
const refused = {
  attempts: [{ repair: { kind: 'startLogging', trail: name }, error: new Error('no') }],
} as const;
const undeclared = { origin: 'undeclared' as const, found: [], attempts: [], remaining: [] };

const critical: [string, Incident][] = [
  ['logging was off', incidentOf()],
  ['logging was stopped, and is on already', incidentOf(stopLogging(), { outcomes: [wholeOutcome()] })],
  ['the trail was deleted', incidentOf(deleteTrail(), { outcomes: [outcomeOf(missing(name))] })],
  ['the trail was found deleted', incidentOf({}, { outcomes: [outcomeOf(missing(name))] })],
  ['a trail that nobody declared was deleted', incidentOf(deleteTrail('team-trail'), { outcomes: [] })],
  [
    'the trail could not be repaired',
    incidentOf(update, { outcomes: [outcomeOf(weakened, weakened, refused)] }),
  ],
  [
    'a part of the trail could not be read',
    incidentOf(update, {
      outcomes: [
        outcomeOf(weakened, observed(orgAuditTrail, {}, { unread: { tags: 'AccessDeniedException' } })),
      ],
    }),
  ],
  [
    'a declared trail stands elsewhere',
    incidentOf(update, {
      outcomes: [outcomeOf(weakened, observed(orgAuditTrail, {}, { standing: 'organization' }))],
    }),
  ],
  ['the configuration cannot be used', incidentOf(update, { outcomes: [], faults: [new Error('a fault')] })],
  ['another trail was found stopped', incidentOf(update, { outcomes: [wholeOutcome(), outcomeOf()] })],
];

const high: [string, Incident][] = [
  ['the trail was redirected', incidentOf(update, { outcomes: [outcomeOf(weakened)] })],
  ['the trail was changed, and is whole already', incidentOf(update, { outcomes: [wholeOutcome()] })],
  [
    'its selectors were changed',
    incidentOf(eventOf('PutEventSelectors', { trailName: name }), { outcomes: [wholeOutcome()] }),
  ],
  [
    'its events are aggregated otherwise',
    incidentOf(eventOf('PutEventConfiguration', { trailName: name }), { outcomes: [wholeOutcome()] }),
  ],
  [
    'its tags were changed, and its bucket was found changed',
    incidentOf(eventOf('AddTags', { resourceId }), { outcomes: [outcomeOf(weakened)] }),
  ],
];

const medium: [string, Incident][] = [
  [
    'only its tags were changed',
    incidentOf(eventOf('RemoveTags', { resourceId }), { outcomes: [wholeOutcome()] }),
  ],
  [
    'only its Insights were changed',
    incidentOf(eventOf('PutInsightSelectors', { trailName: name }), {
      outcomes: [outcomeOf(observed(orgAuditTrail, { InsightSelectors: [] }))],
    }),
  ],
];

const low: [string, Incident][] = [
  ['the call was refused', incidentOf(stopLogging(name, { errorCode: 'AccessDenied' }))],
  [
    'a trail that nobody declared was changed',
    incidentOf(eventOf('UpdateTrail', { name: 'team-trail' }), {
      outcomes: [outcomeOf(observed({ ...orgAuditTrail, Name: 'team-trail' }), undefined, undeclared)],
    }),
  ],
  ['the event cannot be read, and nothing was found', incidentOf({}, { outcomes: [wholeOutcome()] })],
];

describe.each([
  ['critical', critical],
  ['high', high],
  ['medium', medium],
  ['low', low],
])('it is %s when', (severity, incidents) => {
  test.each(incidents)('%s', (_when, incident) => {
    expect(severityOf(incident)).toBe(severity);
  });
});

test('a trail that is declared not to log is critical too when it was found deleted', () => {
  const silent = { ...orgAuditTrail, IsLogging: false };
  const gone = outcomeOf(missing(name), observed(silent), {
    found: [{ field: 'S3BucketName', declared: silent.S3BucketName, found: undefined }],
    remaining: [],
  });

  expect(severityOf(incidentOf({}, { outcomes: [gone] }))).toBe('critical');
});

const GROUP = {
  kind: 'log-group',
  name: 'org-audit-trail',
  purpose: 'delivery',
  watch: 'enforce',
  trails: [orgAuditTrail.Name],
  fields: { retentionInDays: 365 },
} as const;
const asDeclared = { name: GROUP.name, standing: 'here', state: GROUP.fields, unread: {} } as const;

test.each([
  ['DeleteLogStream', 'critical'],
  ['CreateExportTask', 'high'],
  ['PutTransformer', 'medium'],
  ['PutRetentionPolicy', 'high'],
  ['DeleteRetentionPolicy', 'medium'],
])('%s, of which no reading shows anything any more, is %s', (eventName, expected) => {
  const event = eventOf(eventName, { logGroupName: GROUP.name }) as { detail: object };
  const incident = incidentOf(
    { ...event, source: 'aws.logs', detail: { ...event.detail, eventSource: 'logs.amazonaws.com' } },
    {
      outcomes: [],
      guarded: [GROUP],
      resources: [
        {
          origin: 'declared',
          declared: GROUP,
          first: asDeclared,
          last: asDeclared,
          found: [],
          planned: [],
          attempts: [],
          remaining: [],
          verifiedAt: 0,
          remarks: [],
        },
      ],
    },
  );
  expect(severityOf(incident)).toBe(expected);
});

test.each([
  ['alone', {}],
  ['with decoys that were held back before it', { repeats: { count: 2, since: '2026-11-20T09:00:00Z' } }],
])('a blow on what nobody has looked at yet is told as loudly %s', (_how, more) => {
  const WATCH = {
    ...GROUP,
    kind: 'role',
    name: 'trailkeeper-prod-WatchRole',
    purpose: 'guard',
    fields: {},
  } as const;
  const event = eventOf('DetachRolePolicy', { roleName: WATCH.name }) as { detail: object };
  const incident = incidentOf(
    { ...event, source: 'aws.iam', detail: { ...event.detail, eventSource: 'iam.amazonaws.com' } },
    { outcomes: [], guarded: [WATCH], resources: [], ...more },
  );
  expect(severityOf(incident)).toBe('critical');
  expect(verdictOf(incident)).toBe('unseen');
});
