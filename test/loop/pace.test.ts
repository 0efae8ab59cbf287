import { healTarget } from '../../src/loop/heal-target.ts';
import { declaredTarget } from '../../src/kinds/kind.ts';
import { trailKind } from '../../src/kinds/trail/kind.ts';
import { createTrail, startLogging } from '../../src/kinds/trail/plan.ts';
import type { Repair } from '../../src/kinds/trail/repair.ts';
import { orgAuditTrail } from '../fakes/samples.ts';
import { declaredAs, FakeClock, FakeTrails } from '../fakes/trails.ts';

const trail = orgAuditTrail.Name;
const SECOND = 1000;

/** Heals the trail; the deadline is so many ms from now. */
async function heal(trails: FakeTrails, within: number, moves: Repair[] = [], clock = new FakeClock()) {
  const target = declaredTarget(trailKind(undefined), trails, trail, orgAuditTrail);
  const start = clock.now();
  const pace = { clock, deadline: start + within, mode: 'enforce' } as const;
  const outcome = await healTarget(pace, target, moves);
  return { outcome, took: clock.now() - start, sleeps: clock.sleeps };
}

function stopped(): FakeTrails {
  const trails = new FakeTrails(orgAuditTrail);
  trails.tamper({ kind: 'stopLogging', trail });
  return trails;
}

describe('however late it is', () => {
  test('the move is made', async () => {
    const trails = stopped();
    await heal(trails, -40 * SECOND, [startLogging(trail)]);

    expect(trails.isLogging(trail)).toBe(true);
  });

  test('both halves of a move are made, and with less where AWS refuses it', async () => {
    const trails = new FakeTrails();
    trails.refuse('createTrail', 'KmsException', (repair) => JSON.stringify(repair).includes('KmsKeyId'));
    await heal(trails, -SECOND, [createTrail(orgAuditTrail), startLogging(trail)]);

    expect(trails.isLogging(trail)).toBe(true);
  });

  test('one repair is made, and the others are said to be left', async () => {
    const trails = stopped();
    trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } });
    const { outcome } = await heal(trails, -SECOND);

    expect(trails.isLogging(trail)).toBe(true);
    expect(trails.written).toEqual(['startLogging']);
    expect(outcome.attempts.map(({ repair, error }) => [repair.kind, error?.name])).toEqual([
      ['startLogging', undefined],
      ['updateTrail', 'OutOfTime'],
      ['putInsightSelectors', 'OutOfTime'],
    ]);
  });

  test('what is to follow a refused repair is said to be left', async () => {
    const trails = new FakeTrails(orgAuditTrail);
    trails.tamper({
      kind: 'updateTrail',
      trail,
      settings: { S3BucketName: 'mallorys-bucket', KmsKeyId: '' },
    });
    trails.refuse('updateTrail', 'KmsException');
    const { outcome } = await heal(trails, -SECOND);

    expect(outcome.attempts.map(({ error }) => error?.name)).toEqual(['KmsException', 'OutOfTime']);
  });
});

describe('a repair that CloudTrail is too busy for', () => {
  test.each(['ThrottlingException', 'ConflictException'])(
    'is tried once a second until there is room: %s',
    async (error) => {
      const trails = stopped();
      trails.refuse('startLogging', error, (_repair, nth) => nth < 60);
      const { outcome, took, sleeps } = await heal(trails, 200 * SECOND);

      expect(trails.shows(trail)).toEqual(declaredAs(orgAuditTrail));
      expect(took).toBeLessThanOrEqual(60 * SECOND);
      expect(Math.max(...sleeps.slice(0, -1))).toBeLessThanOrEqual(SECOND);
      // What had to wait is told once.
      expect(
        outcome.attempts.filter(({ repair }) => repair.kind === 'startLogging').length,
      ).toBeLessThanOrEqual(2);
    },
  );

  test('is tried for as long as there is time, and then handed over', async () => {
    const trails = stopped();
    trails.refuse('startLogging', 'ThrottlingException');
    const { outcome, took } = await heal(trails, 60 * SECOND);

    expect(trails.written.filter((kind) => kind === 'startLogging').length).toBeGreaterThanOrEqual(58);
    expect(took).toBeLessThanOrEqual(60 * SECOND);
    expect(outcome.remaining.map(({ field }) => field)).toEqual(['IsLogging']);
  });

  test('keeps no other repair waiting', async () => {
    const trails = stopped();
    trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } });
    trails.refuse('startLogging', 'ThrottlingException', (_repair, nth) => nth < 30);
    await heal(trails, 60 * SECOND);

    expect(trails.written.indexOf('updateTrail')).toBeLessThanOrEqual(1);
  });
});

test('a redirect is undone at once, though no reading of the settings is answered', async () => {
  const trails = new FakeTrails(orgAuditTrail);
  trails.tamper({ kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } });
  trails.hide(trail, 'settings', 'ThrottlingException');
  const { outcome, sleeps } = await heal(trails, 60 * SECOND);

  expect(trails.shows(trail)).toEqual(declaredAs(orgAuditTrail));
  expect(trails.calls.slice(0, 2)).toEqual([`observe ${trail}`, 'updateTrail']);
  expect(outcome.last.unread).toEqual({ settings: 'ThrottlingException' });
  expect(sleeps.length).toBeGreaterThan(0);
});
