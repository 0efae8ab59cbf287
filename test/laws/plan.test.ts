import fc from './fast-check.ts';
import { lowerCamel } from '../../local/aws/cloudtrail/cloudtrail-record.ts';
import type { Trail } from '../../src/kinds/trail/schema.ts';
import { drift } from '../../src/kinds/trail/drift.ts';
import { calledBy, readEvent } from '../../src/record/trigger.ts';
import { plan } from '../../src/kinds/trail/plan.ts';
import { after, type Repair } from '../../src/kinds/trail/repair.ts';
import { isRestoration } from '../../src/record/restoration.ts';
import { fields, type Part } from '../../src/kinds/trail/fields.ts';
import type { ObservedTrail } from '../../src/kinds/trail/observed.ts';
import { baselineOf, eventOf, home } from '../fakes/samples.ts';
import { declaration, NAME, tamperedWith, tamperings } from './arbitrary-tampering.ts';
import { runs } from './runs.ts';

const PARTS: Part[] = ['logging', 'settings', 'selectors', 'insights', 'eventConfiguration', 'tags'];

/** Any reading at all: of each field the declared value, one of another trail, or none; of each part perhaps nothing. */
function readingOf(declared: Trail): fc.Arbitrary<ObservedTrail> {
  return fc
    .record({
      standing: fc.constantFrom('homed', 'homed', 'homed', 'missing', 'elsewhere', 'organization'),
      other: declaration,
      drifted: fc.subarray(fields),
      absent: fc.subarray(fields, { maxLength: 3 }),
      unread: fc.subarray(PARTS, { maxLength: 2 }),
    })
    .map(({ standing, other, drifted, absent, unread }) => {
      const there = fields.filter((field) => !absent.includes(field));
      const state = there.map((field) => [field, (drifted.includes(field) ? other : declared)[field]]);
      return {
        Name: NAME,
        standing,
        state: standing === 'missing' ? {} : (Object.fromEntries(state) as Trail),
        unread: standing === 'homed' ? Object.fromEntries(unread.map((part) => [part, 'AccessDenied'])) : {},
        deliveryErrors: [],
      };
    });
}

const declaredAndRead = declaration.chain((declared) => fc.tuple(fc.constant(declared), readingOf(declared)));

/** Holds for any declaration and any reading of its trail. */
function always(law: (declared: Trail, reading: ObservedTrail, planned: Repair[]) => void): void {
  fc.assert(
    fc.property(declaredAndRead, ([declared, reading]) => {
      law(declared, reading, plan(declared, reading));
    }),
    runs(200),
  );
}

const isInReach = ({ standing }: ObservedTrail) => standing === 'homed' || standing === 'missing';

describe('whatever is declared and whatever is found', () => {
  test('a plan is empty where nothing drifted that is within reach, and nowhere else', () => {
    always((declared, reading, planned) => {
      expect(planned.length > 0).toBe(isInReach(reading) && drift(declared, reading).length > 0);
    });
  });

  test('a plan leaves no drift', () => {
    always((declared, reading, planned) => {
      const left = planned.reduce((foreseen, repair) => after(repair, foreseen), reading);

      expect(isInReach(reading) ? drift(declared, left) : []).toEqual([]);
      expect(plan(declared, left)).toEqual([]);
    });
  });

  test('a plan has its repairs in one order, each at most once: creation, logging, then the rest', () => {
    const ORDER = [
      'createTrail',
      'startLogging',
      'updateTrail',
      'putEventSelectors',
      'putInsightSelectors',
      'putEventConfiguration',
      'removeTags',
      'addTags',
    ];
    always((_declared, { standing }, planned) => {
      const kinds = planned.map(({ kind }) => kind);

      expect(kinds).toEqual(ORDER.filter((kind) => kinds.some((other) => other === kind)));
      expect(kinds.includes('createTrail')).toBe(standing === 'missing');
    });
  });

  test('a plan depends on nothing else, and changes nothing by being made', () => {
    always((declared, reading, planned) => {
      const [sameDeclared, sameReading] = structuredClone([declared, reading] as const);

      expect(plan(sameDeclared, sameReading)).toEqual(planned);
      expect([sameDeclared, sameReading]).toEqual([declared, reading]);
    });
  });

  test('every call that a plan makes on a live trail is known again as a restoration, so that none raises another', () => {
    always((declared, _reading, planned) => {
      const calls = planned.flatMap(callOf).map((event) => calledBy(readEvent(event)));

      for (const call of calls) expect(call && isRestoration(call, baselineOf(declared), home)).toBe(true);
    });
  });
});

/** The events that a repair raises. Creating and starting a trail are no tamperings. */
function callOf(repair: Repair): unknown[] {
  const { trail } = repair;
  const resource = `arn:aws:cloudtrail:us-east-1:123456789012:trail/${trail}`;
  switch (repair.kind) {
    case 'startLogging':
    case 'createTrail':
      return [];
    case 'updateTrail':
      return [eventOf('UpdateTrail', lowerCamel({ Name: trail, ...repair.settings }))];
    case 'putEventSelectors':
      return [eventOf('PutEventSelectors', lowerCamel({ TrailName: trail, ...repair.selectors }))];
    case 'putInsightSelectors':
      return [
        eventOf('PutInsightSelectors', lowerCamel({ TrailName: trail, InsightSelectors: repair.selectors })),
      ];
    case 'putEventConfiguration':
      return [
        eventOf(
          'PutEventConfiguration',
          lowerCamel({ TrailName: trail, AggregationConfigurations: repair.aggregations }),
        ),
      ];
    case 'addTags':
      return [eventOf('AddTags', lowerCamel({ ResourceId: resource, TagsList: repair.tags }))];
    case 'removeTags':
      return [eventOf('RemoveTags', lowerCamel({ ResourceId: resource, TagsList: repair.tags }))];
  }
}

/** The state that a reading shows, with its lists in one order; absent and undefined are the same. */
function comparableState({ standing, state, unread }: ObservedTrail): unknown {
  return {
    standing,
    unread,
    state: Object.fromEntries(
      Object.entries(state)
        .filter(([, value]) => value !== undefined)
        .map(([field, value]) => [
          field,
          Array.isArray(value) ? value.map((item) => JSON.stringify(item)).sort() : value,
        ]),
    ),
  };
}

test('what a plan foresees is what CloudTrail then shows', async () => {
  await fc.assert(
    fc.asyncProperty(declaration, tamperings, async (declared, done) => {
      const trails = tamperedWith(declared, done);
      let foreseen = await trails.observe(NAME);
      for (const repair of plan(declared, foreseen)) {
        await trails.repair(repair);
        foreseen = after(repair, foreseen);
      }

      expect(plan(declared, foreseen)).toEqual([]);
      expect(comparableState(foreseen)).toEqual(comparableState(await trails.observe(NAME)));
    }),
    runs(200),
  );
});
