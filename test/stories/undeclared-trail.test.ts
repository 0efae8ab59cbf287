import { awsError, FakeTrails, guardOf, heal } from '../fakes/trails.ts';
import {
  baselineOf,
  dataTrail,
  deleteTrail,
  enforcing,
  orgAuditTrail,
  stopLogging,
} from '../fakes/samples.ts';
import { failuresOf } from './one-trail.ts';

describe('a stopped trail that nobody declared', () => {
  const team = { ...dataTrail, Name: 'team-trail' };
  const teamStopped = () => {
    const trails = new FakeTrails(orgAuditTrail, team);
    trails.tamper({ kind: 'stopLogging', trail: team.Name });
    trails.tamper({
      kind: 'putInsightSelectors',
      trail: team.Name,
      selectors: orgAuditTrail.InsightSelectors,
    });
    return trails;
  };

  test.each([
    ['its own event', stopLogging(team.Name)],
    ['an event that cannot be understood', { id: 'x' }],
  ])('is started, and nothing else of it is touched: %s', async (_what, event) => {
    const guard = guardOf({ trails: teamStopped() });
    await heal(event, guard);

    expect(guard.trails.writes).toEqual([{ kind: 'startLogging', trail: team.Name }]);
    expect(guard.trails.isLogging(team.Name)).toBe(true);
    expect(guard.alerts.sent).toHaveLength(1);
  });

  test('is untouched, unread and untold when undeclared trails are not guarded', async () => {
    const guard = guardOf({ trails: teamStopped(), config: { ...enforcing, guardUndeclared: false } });
    await heal(stopLogging(team.Name), guard);

    expect(guard.trails.writes).toEqual([]);
    expect(guard.trails.calls).not.toContain(`observeLogging ${team.Name}`);
    expect(guard.trails.calls).not.toContain('survey');
    expect(guard.alerts.sent).toEqual([]);
  });

  test('is started when the stage has no baseline at all', async () => {
    const guard = guardOf({ trails: teamStopped(), baseline: baselineOf() });
    await heal(stopLogging(team.Name), guard);

    expect(guard.trails.isLogging(team.Name)).toBe(true);
    expect(guard.trails.written).toEqual(['startLogging']);
  });

  test('that is deleted is told as lost, and the invocation succeeds', async () => {
    const guard = guardOf();
    await heal(deleteTrail(team.Name), guard);

    expect(guard.trails.writes).toEqual([]);
    expect(guard.alerts.sent[0]?.attributes).toMatchObject({
      severity: 'critical',
      verdict: 'out-of-reach',
      trail: team.Name,
    });
  });

  test('that is not found while the trails cannot be listed is a fault, told and thrown', async () => {
    const guard = guardOf();
    guard.trails.listingError = awsError('AccessDeniedException', 'not authorized to list');
    const causes = await failuresOf(heal({ id: 'x' }, guard));

    expect(causes[0]?.message).toContain('AccessDeniedException');
    expect(guard.alerts.sent[0]?.attributes['severity']).toBe('critical');
  });
});
