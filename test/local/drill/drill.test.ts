import type { Attack } from '../../../local/drill/attacks/attack.ts';
import { DELIVERY_ATTACKS } from '../../../local/drill/attacks/delivery.ts';
import { GUARD_ATTACKS } from '../../../local/drill/attacks/guard.ts';
import { TRAIL_ATTACKS } from '../../../local/drill/attacks/trails.ts';
import type { Mail, Result } from '../../../local/drill/drill.ts';
import { drillInVirtualTime } from '../../../local/drill/virtual-drill.ts';
import { packageOf } from '../../packages/packages.ts';

/** What is told first; what the actor did beside it may follow. */
const alertsOf = (mails: readonly Mail[]) => mails.filter(({ subject }) => !subject.includes('] Re: '));

/** Strikes all of them, one after another, and then asks what came of each. */
function struck(attacks: readonly Attack[], inTheDark: boolean) {
  const results = new Map<string, Result>();
  beforeAll(() =>
    drillInVirtualTime(packageOf('drill'), attacks, inTheDark, (result) => {
      results.set(result.name, result);
    }),
  );
  return (name: string): Result => {
    const result = results.get(name);
    if (!result) throw new Error(`${name} was not struck`);
    return result;
  };
}

/** All is as before, but for what only people can undo, and somebody was told who did it. */
function expectSurvived({ broken, loops, problems, isTold }: Result): void {
  expect({ broken, loops, problems, isTold }).toEqual({ broken: [], loops: 0, problems: [], isTold: true });
}

function expectNamed({ body }: Mail): void {
  expect(body).toContain('role Admin, session mallory');
  expect(body).toContain('198.51.100.7');
  expect(body).toContain('Still broken: nothing.');
}

const named = (attacks: readonly Attack[]) => attacks.map((attack) => [attack.name, attack] as const);

/** Of what npm start and .ci/nightly strike in the dark, and on the guard, some of each kind. */
function some(attacks: readonly Attack[], names: readonly string[]): readonly Attack[] {
  const unknown = names.filter((name) => !attacks.some((attack) => attack.name === name));
  if (unknown.length > 0) throw new Error(`There is no attack ${unknown.join()}`);
  return process.env['NIGHTLY'] ? attacks : attacks.filter(({ name }) => names.includes(name));
}

describe('with EventBridge muted', () => {
  const trails = some(TRAIL_ATTACKS, ['delete', 'retag', 'everything-at-once']);
  const path = some(DELIVERY_ATTACKS, ['bucket-squatted', 'key-to-be-deleted', 'log-group-deleted']);
  const resultOf = struck([...trails, ...path], true);

  test.each(named(trails))(
    'one sweep restores every trail after the attack %s, and one message names actor and address',
    (name) => {
      const result = resultOf(name);
      expectSurvived(result);
      expect(alertsOf(result.mails)).toHaveLength(1);
      result.mails.slice(0, 1).forEach(expectNamed);
    },
  );

  test.each(named(path))(
    'one sweep of each function undoes the attack %s on what the trails deliver through, and it is told with who struck',
    (name) => {
      expectSurvived(resultOf(name));
    },
  );
});

describe('by its events', () => {
  const resultOf = struck([...TRAIL_ATTACKS, ...DELIVERY_ATTACKS], false);

  test.each(named(TRAIL_ATTACKS))(
    'after the attack %s every trail is as before, told, and nothing goes round in a loop',
    (name, { calls }) => {
      const result = resultOf(name);
      expectSurvived(result);
      const alerts = alertsOf(result.mails);
      expect(alerts.length).toBeGreaterThanOrEqual(1);
      expect(alerts.length).toBeLessThanOrEqual(calls.length);
      alerts.forEach(expectNamed);
    },
  );

  test.each(named(DELIVERY_ATTACKS))(
    'the attack %s on what the trails deliver through is undone, and told with who struck, and at once',
    (name, { calls }) => {
      const result = resultOf(name);
      expectSurvived(result);
      expect(alertsOf(result.mails).length).toBeLessThanOrEqual(calls.length);
    },
  );
});

const blows = some(GUARD_ATTACKS, [
  ...[
    'rule-targets-removed',
    'schedule-paused',
    'permissions-removed',
    'heal-monitor-mode',
    'heal-role-denied',
  ],
  ...[
    'watch-concurrency-0',
    'watch-policy-version',
    'tell-no-deleting',
    'tell-boundary',
    'topic-closed',
    'ledger-deleted',
  ],
]);

describe('on the guard itself', () => {
  const resultOf = struck(blows, false);

  test.each(named(blows))(
    'after the blow %s and StopLogging all is whole within a sweep, and a message names who struck; what people have to undo, it says',
    (name) => {
      expectSurvived(resultOf(name));
    },
  );
});
