import { TRAIL_ATTACKS } from '../../../local/drill/attacks/trails.ts';
import { drill, type Mail, openRange, type Range } from '../../../local/drill/drill.ts';
import { packageOf } from '../../packages/packages.ts';
import { onVirtualRange } from './on-range.ts';

let range: Range;

beforeAll(async () => {
  range = await openRange({ latencyMs: 0, directory: packageOf('drill') });
});

afterAll(async () => {
  await range.close();
});

/** What is told first; what the actor did beside it may follow. */
const alertsOf = (mails: readonly Mail[]) => mails.filter(({ subject }) => !subject.includes('] Re: '));

test.each(TRAIL_ATTACKS.map((attack) => [attack.name, attack] as const))(
  'with EventBridge muted, one sweep restores every trail after the attack %s, and names actor and address',
  (_, attack) =>
    onVirtualRange('drill', async (dark) => {
      const { broken, loops, problems, mails } = await drill(dark, attack, true);
      expect({ broken, loops, problems }).toEqual({ broken: [], loops: 0, problems: [] });
      expect(alertsOf(mails)).toHaveLength(1);
      expect(mails[0]?.body).toContain('role Admin, session mallory');
      expect(mails[0]?.body).toContain('198.51.100.7');
      expect(mails[0]?.body).toContain('Still broken: nothing.');
    }),
);

test.each(TRAIL_ATTACKS.map((attack) => [attack.name, attack] as const))(
  'after the attack %s every trail is as before, told, and nothing goes round in a loop',
  async (_, attack) => {
    const { broken, loops, problems, mails } = await drill(range, attack);
    expect({ broken, loops, problems }).toEqual({ broken: [], loops: 0, problems: [] });
    const alerts = alertsOf(mails);
    expect(alerts.length).toBeGreaterThanOrEqual(1);
    expect(alerts.length).toBeLessThanOrEqual(attack.calls.length);
    for (const { body } of alerts) {
      expect(body).toContain('role Admin, session mallory');
      expect(body).toContain('198.51.100.7');
      expect(body).toContain('Still broken: nothing.');
    }
  },
);
