import { METRICS, type MetricValue, metricsOf } from '../../src/incident/metrics.ts';
import { incidentOf, outcomeOf, wholeOutcome } from '../fakes/incident.ts';
import { observed, orgAuditTrail, stopLogging } from '../fakes/samples.ts';

const stopped = observed(orgAuditTrail, { IsLogging: false });

/** StartLogging was refused. */
const unrepaired = outcomeOf(stopped, stopped, {
  attempts: [{ repair: { kind: 'startLogging', trail: orgAuditTrail.Name }, error: new Error('refused') }],
});

const refused = () => {
  const event = stopLogging();
  return { ...event, detail: { ...event.detail, errorCode: 'AccessDenied' } };
};

test.each<[string, ReturnType<typeof incidentOf>, MetricValue[]]>([
  [
    'a trail that was stopped and restored',
    incidentOf(),
    [
      ['Tamperings', 1],
      ['Repairs', 1],
      ['SecondsToDetect', 3],
      ['SecondsToHeal', 1.3],
      ['SecondsBlind', 4.3],
    ],
  ],
  ['a refused attempt', incidentOf(refused()), [['AttemptsRefused', 1]]],
  [
    'a stopped trail that cannot be repaired, neither healed nor logging again',
    incidentOf(undefined, { outcomes: [unrepaired] }),
    [
      ['Tamperings', 1],
      ['RepairsRefused', 1],
      ['TrailsBroken', 1],
      ['SecondsToDetect', 3],
    ],
  ],
  [
    'a trail that was whole again before the guard came',
    incidentOf(undefined, { outcomes: [wholeOutcome()] }),
    [
      ['Tamperings', 1],
      ['SecondsToDetect', 3],
      ['SecondsBlind', 4.3],
    ],
  ],
])('of %s is measured what happened, and no zeros', (_, incident, measures) => {
  expect(metricsOf(incident)).toEqual(measures);
});

test('there are few metrics, and each says what it is', () => {
  const entries = Object.entries(METRICS);
  expect(entries.length).toBeLessThanOrEqual(12);
  for (const [name, meaning] of entries) expect(`${name}: ${meaning}`).toMatch(/^[A-Z]\w+: [A-Z].*\.$/);
});
