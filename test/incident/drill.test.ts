import { drillName, drillTrail } from '../../src/baseline/drill.ts';
import { drillOf, drillsIn } from '../../src/incident/drill.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { isDrillOver } from '../../src/incident/verdict.ts';
import { severityOf } from '../../src/incident/severity.ts';
import { trailArn } from '../../src/kinds/trail/reference.ts';
import type { TrailOutcome } from '../../src/kinds/trail/shape.ts';
import { readCall } from '../../src/record/call.ts';
import { reportOf } from '../../src/report/report.ts';
import { incidentOf, outcomeOf } from '../fakes/incident.ts';
import {
  deleteTrail,
  EVENT_TIME,
  home,
  missing,
  observed,
  orgAuditTrail,
  stopLogging,
} from '../fakes/samples.ts';

const UNTIL = Date.parse(EVENT_TIME) + 30 * 60_000;
const UNTIL_S = Math.floor(UNTIL / 1000) * 1000;
const name = drillName(UNTIL);
const drill = { arn: trailArn(home, name), until: UNTIL_S };
const whole = { ...observed(drillTrail(name, home)), Name: name };
const struck: TrailOutcome = {
  ...outcomeOf(observed(orgAuditTrail, { IsLogging: false }), whole),
  Name: name,
  remaining: [],
};
const inDrill = (changes: Partial<Incident> = {}) =>
  incidentOf(stopLogging(name), { outcomes: [struck], ...changes });

test('a drill begins once its trail was seen whole, as its name declares it', () => {
  const { home: where } = incidentOf();
  expect(drillsIn({ home: where, outcomes: [struck] })).toEqual([drill]);
});

test.each<[string, TrailOutcome]>([
  ['is not as its name declares it', { ...struck, remaining: struck.found }],
  ['has not the bucket of this account', { ...struck, origin: 'undeclared' }],
  ['has another name', { ...struck, Name: 'trailkeeper-drill-prod' }],
])('no drill begins where the trail %s', (_what, outcome) => {
  expect(drillsIn({ home, outcomes: [outcome] })).toEqual([]);
});

test('what is about the trail of a drill, and about nothing else, is a drill', () => {
  expect(drillOf(inDrill(), [drill])).toEqual(drill);
});

const call = (event: object) => readCall((event as { detail: unknown }).detail)?.call ?? [];

test.each<[string, Incident, (typeof drill)[]]>([
  ['the ledger knows of no drill', inDrill(), []],
  ['the drill has ended', inDrill({ seenAt: UNTIL }), [drill]],
  ['the record is of another trail', inDrill(), [{ ...drill, arn: trailArn(home, drillName(UNTIL + 1000)) }]],
  [
    'the record is of another account',
    inDrill(),
    [{ ...drill, arn: drill.arn.replace('123456789012', '111122223333') }],
  ],
  ['a declared trail is concerned, too', inDrill({ outcomes: [struck, outcomeOf()] }), [drill]],
  [
    'the same person also stopped a declared trail',
    inDrill({ calls: [call(stopLogging(name)), call(stopLogging())].flat() }),
    [drill],
  ],
  ['only the declared trail was stopped', incidentOf(), [drill]],
  ['the call was refused', incidentOf(stopLogging(name, { errorCode: 'AccessDenied' })), [drill]],
  ['the configuration is at fault', inDrill({ faults: [new Error('a fault')] }), [drill]],
  ["it was made with the guard's own key", inDrill({ isImpostor: true }), [drill]],
  ['the Event history could not be asked', inDrill({ historyFault: new Error('no') }), [drill]],
  ['nothing is concerned at all', incidentOf({}, { outcomes: [] }), [drill]],
])('it is told as real where %s', (_what, incident, drills) => {
  expect(drillOf(incident, drills)).toBeUndefined();
});

test('the message says DRILL first, and on which trail', () => {
  const { subject, summary, severity } = reportOf(inDrill({ drill }));
  expect(severity).toBe('critical');
  expect(subject).toMatch(/^\[CRITICAL\] DRILL trailkeeper-drill/);
  expect(subject.length).toBeLessThanOrEqual(99);
  expect(summary[0]).toContain(`DRILL: this is about ${drill.arn} and nothing else`);
});

test('a trail that goes with its bucket ends the drill, which is no harm', () => {
  const gone: TrailOutcome = {
    ...struck,
    ...{ origin: 'undeclared', found: [], attempts: [], remaining: [] },
    ...{ first: missing(name), last: missing(name) },
  };
  const over = incidentOf(deleteTrail(name), { outcomes: [gone], drill });
  expect(isDrillOver(over)).toBe(true);
  expect(severityOf(over)).toBe('info');
  expect(reportOf(over)).toMatchObject({ verdict: 'whole', stillBroken: [], nextSteps: [] });
  expect(isDrillOver({ ...over, drill: undefined } as never)).toBe(false);
  expect(isDrillOver(inDrill({ drill }))).toBe(false);
});
