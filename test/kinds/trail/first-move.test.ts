import { firstMove } from '../../../src/kinds/trail/first-move.ts';
import { createTrail, startLogging } from '../../../src/kinds/trail/plan.ts';
import { orgAuditTrail } from '../../fakes/samples.ts';

const name = orgAuditTrail.Name;
const silent = { ...orgAuditTrail, IsLogging: false };

test.each([
  ['starts a stopped trail', 'StopLogging', orgAuditTrail, true, [startLogging(name)]],
  ['starts a stopped trail that nobody declared', 'StopLogging', undefined, true, [startLogging(name)]],
  [
    'creates and starts a deleted trail',
    'DeleteTrail',
    orgAuditTrail,
    true,
    [createTrail(orgAuditTrail), startLogging(name)],
  ],
  [
    'creates a deleted trail and does not start it when it is declared not to log',
    'DeleteTrail',
    silent,
    true,
    [createTrail(silent)],
  ],
  [
    'is not made when an undeclared trail was stopped and is not guarded',
    'StopLogging',
    undefined,
    false,
    [],
  ],
  ['is not made when an undeclared trail was deleted', 'DeleteTrail', undefined, true, []],
  ['is not made when the trail is declared not to log', 'StopLogging', silent, true, []],
  ['is not made when it would raise an event of its own', 'UpdateTrail', orgAuditTrail, true, []],
  ['is not made when selectors were changed', 'PutEventSelectors', orgAuditTrail, true, []],
])('the first move %s', (_sentence, eventName, declared, guardUndeclared, move) => {
  expect(firstMove(eventName, name, declared, guardUndeclared)).toEqual(move);
});
