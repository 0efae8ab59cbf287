import { faultQueue } from '../../../../local/aws/wire/faults.ts';

const OPERATIONS = ['GetTrail', 'UpdateTrail', 'GetTrail', 'UpdateTrail'];

/** What each of four calls of a function meets. */
function met(...plan: Parameters<ReturnType<typeof faultQueue>['failNth']>): (string | undefined)[] {
  const faults = faultQueue();
  faults.failNth(...plan);
  return OPERATIONS.map((operation) => faults.take(operation, true));
}

test.each<[string, Parameters<typeof met>, (string | undefined)[]]>([
  ['meets the nth call', [1, () => 'lost'], [undefined, 'lost', undefined, undefined]],
  [
    'that lasts stays with the operation it has met',
    [1, () => 'lost', true],
    [undefined, 'lost', undefined, 'lost'],
  ],
  [
    'takes its name from the operation',
    [0, (operation) => `No${operation}`, true],
    ['NoGetTrail', undefined, 'NoGetTrail', undefined],
  ],
  [
    'that no such operation knows does nothing',
    [0, () => undefined],
    [undefined, undefined, undefined, undefined],
  ],
])('a numbered fault %s', (_, plan, faults) => {
  expect(met(...plan)).toEqual(faults);
});

test('a numbered fault waits for a function, and is over when it is ended', () => {
  const faults = faultQueue();
  const end = faults.failNth(0, () => 'reset', true);
  expect(faults.take('StopLogging', false)).toBeUndefined();
  expect(faults.take('StopLogging', true)).toBe('reset');
  end();
  expect(faults.take('StopLogging', true)).toBeUndefined();
});

test('a fault of an operation meets its next calls, whoever makes them', () => {
  const faults = faultQueue();
  faults.fail('Publish', 'reset', 2);
  const taken = [false, true, true].map((byFunction) => faults.take('Publish', byFunction));
  expect(taken).toEqual(['reset', 'reset', undefined]);
});
