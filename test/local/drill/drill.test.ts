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

const named = (attacks: readonly Attack[]) => attacks.map((attack) => [attack.name, attack] as const);

describe('with EventBridge muted', () => {
  const resultOf = struck([...TRAIL_ATTACKS, ...DELIVERY_ATTACKS], true);

  test.each(named(TRAIL_ATTACKS))(
    'one sweep restores every trail after the attack %s, and one message names actor and address',
    (name) => {
      const { broken, loops, problems, mails } = resultOf(name);
      expect({ broken, loops, problems }).toEqual({ broken: [], loops: 0, problems: [] });
      expect(alertsOf(mails)).toHaveLength(1);
      expect(mails[0]?.body).toContain('role Admin, session mallory');
      expect(mails[0]?.body).toContain('198.51.100.7');
      expect(mails[0]?.body).toContain('Still broken: nothing.');
    },
  );

  test.each(named(DELIVERY_ATTACKS))(
    'one sweep of each function undoes the attack %s on what the trails deliver through, and it is told with who struck',
    (name) => {
      const { broken, loops, problems, isTold } = resultOf(name);
      expect({ broken, loops, problems, isTold }).toEqual({
        broken: [],
        loops: 0,
        problems: [],
        isTold: true,
      });
    },
  );
});

describe('by its events', () => {
  const resultOf = struck([...TRAIL_ATTACKS, ...DELIVERY_ATTACKS], false);

  test.each(named(TRAIL_ATTACKS))(
    'after the attack %s every trail is as before, told, and nothing goes round in a loop',
    (name, { calls }) => {
      const { broken, loops, problems, mails } = resultOf(name);
      expect({ broken, loops, problems }).toEqual({ broken: [], loops: 0, problems: [] });
      const alerts = alertsOf(mails);
      expect(alerts.length).toBeGreaterThanOrEqual(1);
      expect(alerts.length).toBeLessThanOrEqual(calls.length);
      for (const { body } of alerts) {
        expect(body).toContain('role Admin, session mallory');
        expect(body).toContain('198.51.100.7');
        expect(body).toContain('Still broken: nothing.');
      }
    },
  );

  test.each(named(DELIVERY_ATTACKS))(
    'the attack %s on what the trails deliver through is undone, and told with who struck, and at once',
    (name, { calls }) => {
      const { broken, loops, problems, isTold, mails } = resultOf(name);
      expect({ broken, loops, problems, isTold }).toEqual({
        broken: [],
        loops: 0,
        problems: [],
        isTold: true,
      });
      expect(alertsOf(mails).length).toBeLessThanOrEqual(calls.length);
    },
  );
});

/** One of each kind; npm start and .ci/nightly strike them all. */
const OF_EACH_KIND = [
  ...['rule-disabled', 'rule-targets-removed', 'schedule-paused', 'permissions-removed'],
  ...['heal-concurrency-0', 'heal-monitor-mode', 'heal-code', 'heal-role-denied', 'watch-concurrency-0'],
  ...['watch-deleted', 'watch-role-stripped', 'tell-timeout-1', 'tell-boundary', 'queue-deleted'],
  ...['alarms-muted', 'topic-closed', 'topic-unsubscribed', 'ledger-deleted'],
];
const blows = process.env['NIGHTLY']
  ? GUARD_ATTACKS
  : GUARD_ATTACKS.filter(({ name }) => OF_EACH_KIND.includes(name));

describe('on the guard itself', () => {
  const resultOf = struck(blows, false);

  test.each(named(blows))(
    'after the blow %s and StopLogging all is whole within a sweep, and a message names who struck; what people have to undo, it says',
    (name) => {
      const { broken, loops, problems, isTold } = resultOf(name);
      expect({ broken, loops, problems, isTold }).toEqual({
        broken: [],
        loops: 0,
        problems: [],
        isTold: true,
      });
    },
  );

  test('one of each kind is struck, at least', () => {
    expect(blows.length).toBeGreaterThanOrEqual(OF_EACH_KIND.length);
  });
});
