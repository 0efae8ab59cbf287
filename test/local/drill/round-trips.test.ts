import { ATTACKS } from '../../../local/drill/attacks.ts';
import type { Call } from '../../../local/aws/iam/call.ts';
import { drill, openRange, type Range } from '../../../local/drill/drill.ts';
import { roundTrips } from '../../../local/drill/round-trips.ts';
import { packageOf } from '../../packages/packages.ts';

const call = (at: number, until: number): Call => ({
  operation: 'GetTrail',
  principal: '',
  region: '',
  requestId: '',
  mutating: false,
  input: {},
  at,
  until,
});

test.each([
  ['a call that waited for none is one trip', [call(0, 20)], 1],
  ['calls made together are one trip', [call(0, 20), call(1, 21)], 1],
  ['a call made after an answer is the second trip', [call(0, 20), call(20, 40)], 2],
  ['a chain counts, not its members', [call(0, 20), call(1, 21), call(22, 42), call(43, 60)], 3],
])('%s', (_, calls, trips) => {
  expect(calls.slice(-1).map((last) => roundTrips(calls, last))).toEqual([trips]);
});

describe('the packaged function, each call taking 100 ms', () => {
  let range: Range;

  beforeAll(async () => {
    range = await openRange({ latencyMs: 100, directory: packageOf('drill') });
  });

  afterAll(() => range.close());

  test.each([
    ['stop', 'has logging on again after 1 round trip', { tripsToLogging: 1 }],
    ['stop-by-arn', 'has logging on again after 1 round trip', { tripsToLogging: 1 }],
    ['delete', 'has logging on again after 2 round trips', { tripsToLogging: 2 }],
    ['other-bucket', 'is reverted after 2 round trips', { tripsToWhole: 2 }],
    ['no-insights', 'is reverted after 2 round trips', { tripsToWhole: 2 }],
  ])('after %s the trail %s', async (name, _, trips) => {
    const attack = ATTACKS.find((known) => known.name === name);
    if (!attack) throw new Error(`no attack ${name}`);
    // The first heal of a container is slowed by loading code, in which calls made together may seem to wait.
    await drill(range, attack);
    expect(await drill(range, attack)).toMatchObject(trips);
  });
});
