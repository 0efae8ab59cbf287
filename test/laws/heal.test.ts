import fc from './fast-check.ts';
import { FakeTrails, guardOf, heal } from '../fakes/trails.ts';
import { baselineOf, enforcing } from '../fakes/samples.ts';
import { declaration, expected, NAME, tamperedWith, tamperings } from './arbitrary-tampering.ts';
import { runs } from './runs.ts';

const RUNS = runs(200);

/** An event that says nothing at all. */
const SILENT_EVENT = {};

describe('whatever somebody did to a trail', () => {
  test('healing it makes it equal to its declaration in every field', async () => {
    await fc.assert(
      fc.asyncProperty(declaration, tamperings, async (declared, done) => {
        const trails = tamperedWith(declared, done);
        await heal(SILENT_EVENT, guardOf({ trails, baseline: baselineOf(declared) }));

        expect(trails.shows(NAME)).toEqual(expected(declared, trails));
      }),
      RUNS,
    );
  });

  test('healing it again writes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(declaration, tamperings, async (declared, done) => {
        const trails = tamperedWith(declared, done);
        const guard = guardOf({ trails, baseline: baselineOf(declared) });
        await heal(SILENT_EVENT, guard);
        trails.writes.splice(0);
        await heal(SILENT_EVENT, guard);

        expect(trails.writes).toEqual([]);
      }),
      RUNS,
    );
  });

  test('monitor mode writes nothing, and plans what enforcing would do', async () => {
    await fc.assert(
      fc.asyncProperty(declaration, tamperings, async (declared, done) => {
        const config = { ...enforcing, mode: 'monitor' } as const;
        const monitored = tamperedWith(declared, done);
        const enforced = tamperedWith(declared, done);
        const baseline = baselineOf(declared);
        const incident = await heal(SILENT_EVENT, guardOf({ trails: monitored, baseline, config }));
        await heal(SILENT_EVENT, guardOf({ trails: enforced, baseline }));

        expect(monitored.writes).toEqual([]);
        expect(incident?.outcomes[0]?.planned).toEqual(enforced.writes);
      }),
      RUNS,
    );
  });
});

test('a trail that is as declared causes no write, whatever the declaration', async () => {
  await fc.assert(
    fc.asyncProperty(declaration, async (declared) => {
      const trails = new FakeTrails(declared);
      await heal(SILENT_EVENT, guardOf({ trails, baseline: baselineOf(declared) }));

      expect(trails.writes).toEqual([]);
    }),
    RUNS,
  );
});
