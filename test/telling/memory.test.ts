import type { Incident } from '../../src/incident/incident.ts';
import { createMemory } from '../../src/telling/memory.ts';
import { incidentOf, outcomeOf, wholeOutcome } from '../fakes/incident.ts';
import { eventOf, guardRole, observed, orgAuditTrail, stopLogging } from '../fakes/samples.ts';

const name = orgAuditTrail.Name;
const weakened = observed(orgAuditTrail, { S3BucketName: 'mallorys-bucket' });
const request = { name, s3BucketName: 'mallorys-bucket' };
const update = (detail = {}) => eventOf('UpdateTrail', request, detail);
const restored = incidentOf(update(), { outcomes: [outcomeOf(weakened)] });
const whole = (event: unknown) => incidentOf(event, { outcomes: [wholeOutcome()] });

function remembering(...incidents: Incident[]) {
  const memory = createMemory();
  for (const incident of incidents) memory.remember(incident);
  return memory;
}

function noting(incident: Incident) {
  const memory = createMemory();
  memory.noteRefusals(incident);
  return memory;
}

test('an empty memory has told nothing', () => {
  expect(createMemory().hasTold(restored)).toBe(false);
  expect(createMemory().unsent).toEqual([]);
});

describe('it has been told', () => {
  const again: [string, Incident, Incident][] = [
    ['the same event again', restored, whole(update())],
    [
      'the same refused event again',
      incidentOf(stopLogging(name, { errorCode: 'x' })),
      incidentOf(stopLogging(name, { errorCode: 'x' })),
    ],
    ['the same unreadable event again', whole({ id: 'sweep-1' }), whole({ id: 'sweep-1' })],
    ['another event of the attack that one pass repaired', restored, whole(update({ eventID: 'another' }))],
    [
      'another event of the attack, an earlier one',
      restored,
      whole(update({ eventID: 'another', eventTime: '2026-11-20T23:47:00Z' })),
    ],
  ];
  test.each(again)('%s', (_what, told, incident) => {
    expect(remembering(told).hasTold(incident)).toBe(true);
  });
});

describe('a refused call', () => {
  const requestID = 'request-of-the-guard';
  const error = Object.assign(new Error('no'), { requestId: requestID });
  const repair = { kind: 'startLogging', trail: name } as const;
  const refused = incidentOf(update(), {
    outcomes: [outcomeOf(weakened, weakened, { attempts: [{ repair, error }] })],
  });
  const attempt = (detail: object) =>
    incidentOf(update({ eventID: 'another', errorCode: 'AccessDenied', userIdentity: guardRole, ...detail }));

  test('has been told when it was a repair of the guard’s own, known by the id of its request', () => {
    expect(noting(refused).hasTold(attempt({ requestID }))).toBe(true);
  });

  test.each([
    ['another request', { requestID: 'another request' }],
    ['a request without an id', { requestID: undefined }],
    ['an empty id', { requestID: '' }],
  ])('is news when it was %s of the same role', (_what, detail) => {
    expect(noting(refused).hasTold(attempt(detail))).toBe(false);
  });
});

describe('it is news', () => {
  const news: [string, Incident, Incident][] = [
    [
      'a repair that failed, and then succeeded',
      incidentOf(update(), { outcomes: [outcomeOf(weakened, weakened)] }),
      restored,
    ],
    [
      'a trail that was whole, and then broken',
      restored,
      incidentOf(update(), { outcomes: [outcomeOf(weakened, weakened)] }),
    ],
    [
      'an event of its own that found something',
      restored,
      incidentOf(update({ eventID: 'another' }), { outcomes: [outcomeOf(weakened)] }),
    ],
    ['another actor', restored, whole(update({ eventID: 'another', userIdentity: guardRole }))],
    [
      'another part of the trail',
      restored,
      whole(eventOf('PutEventSelectors', { trailName: name }, { eventID: 'another' })),
    ],
    [
      'another trail',
      restored,
      whole(eventOf('UpdateTrail', { ...request, name: 'data-trail' }, { eventID: 'another' })),
    ],
    [
      'a call made after the trail was verified',
      restored,
      whole(update({ eventID: 'another', eventTime: '2026-11-20T23:48:00Z' })),
    ],
    [
      'a call without a time',
      restored,
      whole(eventOf('UpdateTrail', request, { eventID: 'another', eventTime: 'x' }, { time: 'x' })),
    ],
    [
      'an attempt that was refused',
      restored,
      incidentOf(update({ eventID: 'another', errorCode: 'AccessDenied' })),
    ],
    ['events without an id', whole({}), whole({})],
  ];
  test.each(news)('%s', (_what, told, incident) => {
    expect(remembering(told).hasTold(incident)).toBe(false);
  });
});

test('it forgets the oldest of very many, at the price of one mail too many', () => {
  const events = Array.from({ length: 1001 }, (_, index) => whole({ id: `event-${index}` }));
  const memory = remembering(...events);

  expect(memory.hasTold(whole({ id: 'event-0' }))).toBe(false);
  expect(memory.hasTold(whole({ id: 'event-1' }))).toBe(true);
  expect(memory.hasTold(whole({ id: 'event-1000' }))).toBe(true);
});
