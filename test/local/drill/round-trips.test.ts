import { TRAIL_ATTACKS } from '../../../local/drill/attacks/trails.ts';
import { drill, openRange, type Range } from '../../../local/drill/drill.ts';
import { roundTrips } from '../../../local/drill/round-trips.ts';
import { packageOf } from '../../packages/packages.ts';

const call = (requestId: string, ...after: string[]) => ({ requestId, after });

test.each([
  ['a call that waited for none is one trip', [call('a')], 1],
  ['calls made together are one trip, whichever is answered first', [call('a'), call('b')], 1],
  ['a call made after an answer is the second trip', [call('a'), call('b', 'a')], 2],
  [
    'a chain counts, not its members',
    [call('a'), call('b'), call('c', 'a', 'b'), call('d', 'b', 'a', 'c')],
    3,
  ],
  ['an answer to somebody else is none', [call('b', 'a')], 1],
  [
    'a sender that does not tell what it had is not counted',
    [{ requestId: 'a', after: undefined }],
    undefined,
  ],
])('%s', (_, calls, trips) => {
  expect(calls.slice(-1).map((last) => roundTrips(calls, last))).toEqual([trips]);
});

describe('the packaged function', () => {
  let range: Range;

  beforeAll(async () => {
    range = await openRange({ latencyMs: 0, directory: packageOf('drill') });
  });

  afterAll(() => range.close());

  test.each([
    ['stop', 'has logging on again after 1 round trip', { tripsToLogging: 1 }],
    ['stop-by-arn', 'has logging on again after 1 round trip', { tripsToLogging: 1 }],
    ['delete', 'has logging on again after 2 round trips', { tripsToLogging: 2 }],
    ['other-bucket', 'is reverted after 2 round trips', { tripsToWhole: 2 }],
    ['no-insights', 'is reverted after 2 round trips', { tripsToWhole: 2 }],
  ])('after %s the trail %s', async (name, _, trips) => {
    const attack = TRAIL_ATTACKS.find((known) => known.name === name);
    if (!attack) throw new Error(`no attack ${name}`);
    // The first heal of a container loads code, between calls that are made together.
    await drill(range, attack);
    expect(await drill(range, attack)).toMatchObject(trips);
  });
});
