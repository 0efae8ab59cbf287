import type { Principal } from '../../src/containment/principal.ts';
import { contained, refused } from '../../src/containment/containment.ts';
import { FakeTrails, guardOf, heal } from '../fakes/trails.ts';
import { enforcing, eventOf, mallory, orgAuditTrail, stopLogging } from '../fakes/samples.ts';

const MINUTE = 60_000;
const trail = orgAuditTrail.Name;
const threshold = { after: 3, withinMinutes: 10, exempt: [] as readonly string[] };
const role = 'arn:aws:iam::123456789012:role/Admin';

/** A guard that may contain, and whom it has contained. */
function jailing(
  changes: Partial<typeof threshold> = {},
  mode: 'enforce' | 'monitor' = 'enforce',
  error?: Error,
) {
  const jailed: string[] = [];
  const contain = (principal: Principal, now: number) => {
    jailed.push(principal.arn);
    return Promise.resolve(
      error
        ? refused(principal, error)
        : contained(principal, 'arn:aws:iam::123456789012:policy/containment', now),
    );
  };
  const config = { ...enforcing, mode, containment: { ...threshold, ...changes } };
  const guard = guardOf({ trails: new FakeTrails(orgAuditTrail), config, principals: { contain } });
  // The Event history shows each call at once.
  Object.assign(guard.history, { page: () => Promise.resolve({ records: [{}] }) });
  return { jailed, guard };
}

/** Mallory strikes again and again, so many minutes apart. */
async function strike({ guard }: ReturnType<typeof jailing>, times: number, minutesApart = 1, detail = {}) {
  for (let time = 0; time < times; time += 1) {
    guard.trails.tamper({ kind: 'stopLogging', trail });
    const eventTime = new Date(guard.clock.now()).toISOString();
    await heal(stopLogging(trail, { eventID: `strike-${eventTime}`, eventTime, ...detail }), guard);
    await guard.clock.sleep(minutesApart * MINUTE);
  }
}

const told = ({ guard }: ReturnType<typeof jailing>) =>
  guard.alerts.sent.flatMap(({ report }) => report.containment?.result ?? []);

test('the third tampering in ten minutes has the role contained, after its alert, with the command that undoes it', async () => {
  const given = jailing();
  await strike(given, 3);
  const last = given.guard.alerts.sent.at(-1);

  expect(given.jailed).toEqual([role]);
  expect(last?.subject).toMatch(/^\[CRITICAL\] Re: mallory is CONTAINED/);
  expect(last?.bodies.email).toContain('aws iam detach-role-policy --role-name Admin');
});

test.each<[string, () => Promise<ReturnType<typeof jailing>>]>([
  [
    'two are not enough',
    async () => {
      const given = jailing();
      await strike(given, 2);
      return given;
    },
  ],
  [
    'nor are three in more than ten minutes',
    async () => {
      const given = jailing();
      await strike(given, 3, 6);
      return given;
    },
  ],
  [
    'refused attempts do not count',
    async () => {
      const given = jailing();
      await strike(given, 5, 1, { errorCode: 'AccessDenied' });
      return given;
    },
  ],
  [
    'the same event three times is one',
    async () => {
      const given = jailing();
      await strike(given, 3, 1, { eventID: 'one' });
      return given;
    },
  ],
  [
    'monitor mode contains nobody',
    async () => {
      const given = jailing({}, 'monitor');
      await strike(given, 5);
      return given;
    },
  ],
])('%s', async (_what, happen) => {
  const given = await happen();

  expect(given.jailed).toEqual([]);
  expect(told(given)).toEqual([]);
});

test('whoever goes on is contained again, and told of, after ten minutes only', async () => {
  const given = jailing();
  await strike(given, 14);

  expect(told(given)).toEqual(['contained', 'contained']);
});

test('a principal on the list is spared, and that is told once', async () => {
  const given = jailing({ exempt: [role] });
  await strike(given, 5);

  expect(given.jailed).toEqual([]);
  expect(told(given)).toEqual(['exempt']);
});

test('a containment that IAM refuses is told, and tried again with the next tampering', async () => {
  const given = jailing({}, 'enforce', Object.assign(new Error('no'), { name: 'AccessDeniedException' }));
  await strike(given, 4);

  expect(told(given)).toEqual(['refused', 'refused']);
  expect(given.guard.alerts.sent.at(-1)?.subject).toContain('could NOT be contained');
});

test('the root user is never contained', async () => {
  const given = jailing();
  const userIdentity = { type: 'Root', arn: 'arn:aws:iam::123456789012:root', accountId: '123456789012' };
  await strike(given, 4, 1, { userIdentity });

  expect(given.jailed).toEqual([]);
  expect(told(given)).toEqual(['exempt']);
});

test('two sessions of one role count together', async () => {
  const given = jailing();
  const session = (name: string) => ({
    ...mallory,
    arn: `arn:aws:sts::123456789012:assumed-role/Admin/${name}`,
  });
  await strike(given, 1, 1, { userIdentity: session('mallory-1') });
  await strike(given, 1, 1, { userIdentity: session('mallory-2') });
  await strike(given, 1, 1, { userIdentity: session('mallory-3') });

  expect(given.jailed).toEqual([role]);
});

test('a call on something else than a trail does not count', async () => {
  const given = jailing({ after: 1 });
  const store =
    'arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE';
  await heal(eventOf('AddTags', { resourceId: store }), given.guard);

  expect(given.jailed).toEqual([]);
});
