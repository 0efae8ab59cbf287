import { FakeTrails, guardOf, heal } from '../fakes/trails.ts';
import { orgAuditTrail, stopLogging } from '../fakes/samples.ts';

const MINUTE = 60_000;

/** The record of another call of Mallory's. */
const call = (eventName: string, eventID: string) => ({
  eventSource: 'iam.amazonaws.com',
  eventName,
  eventID,
  readOnly: false,
  eventTime: '2026-11-20T23:46:00Z',
});
const createUser = call('CreateUser', '11111111-2222-4333-8444-555555555551');
const createKey = call('CreateAccessKey', '11111111-2222-4333-8444-555555555552');

/** A guard whose Event history answers so, one answer after the other, the last one for ever. */
function following(...answers: (readonly unknown[] | Error)[]) {
  const asked: { key: string | undefined; from: string; until: string }[] = [];
  const trails = new FakeTrails(orgAuditTrail);
  trails.tamper({ kind: 'stopLogging', trail: orgAuditTrail.Name });
  const guard = guardOf({ trails });
  const { history } = guard;
  const callsBy: typeof history.callsBy = ({ accessKeyId }, from, until) => {
    asked.push({
      key: accessKeyId,
      from: new Date(from).toISOString(),
      until: new Date(until).toISOString(),
    });
    const answer = answers[Math.min(asked.length, answers.length) - 1] ?? [];
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve([...answer]);
  };
  return { asked, guard: { ...guard, history: { ...history, callsBy } } };
}

const sweepAfter = async (minutes: number, { guard }: ReturnType<typeof following>) => {
  await guard.clock.sleep(minutes * MINUTE);
  await heal({ source: 'aws.events' }, guard);
};

const subjects = ({ guard }: ReturnType<typeof following>) =>
  guard.alerts.sent.map(({ subject }) => subject.replace(/ \(\d.*/, ''));

const oneMore = '[CRITICAL] Re: mallory also made 1 notable call; org-audit-trail';

const restored = '[CRITICAL] org-audit-trail stopped by mallory, restored in 4.0 s';

test('what else the actor did follows the alert, in the same thread', async () => {
  const given = following([createUser, createKey]);
  await heal(stopLogging(), given.guard);
  const [first, second] = given.guard.alerts.sent;

  expect(subjects(given)).toEqual([
    restored,
    '[CRITICAL] Re: mallory also made 2 notable calls; org-audit-trail',
  ]);
  expect(second?.report.id).toBe(first?.report.id);
  expect(second?.report.followsUp).toBe(true);
  expect(second?.bodies.email).toContain('iam:CreateUser');
});

test('the history is asked for her key, from a quarter of an hour before until now', async () => {
  const given = following([]);
  await heal(stopLogging(), given.guard);

  expect(given.asked).toEqual([
    { key: 'ASIAEXAMPLE7QF2', from: '2026-11-20T23:32:12.000Z', until: '2026-11-20T23:47:16.000Z' },
  ]);
});

test('nothing notable is not worth a message', async () => {
  const given = following([]);
  await heal(stopLogging(), given.guard);

  expect(subjects(given)).toEqual([restored]);
});

test('a sweep asks once more when the history has caught up, and tells only what is new', async () => {
  const given = following([createUser], [createUser, createKey]);
  await heal(stopLogging(), given.guard);
  await sweepAfter(1, given);
  expect(given.asked).toHaveLength(1);
  await sweepAfter(5, given);
  await sweepAfter(5, given);

  expect(given.asked).toHaveLength(2);
  expect(
    given.guard.alerts.sent.map(({ report }) => report.aftermath?.calls.map(({ eventName }) => eventName)),
  ).toEqual([undefined, ['CreateUser'], ['CreateAccessKey']]);
  expect(subjects(given)).toEqual([restored, oneMore, oneMore]);
});

test('a history that cannot be asked hides no alert, and is asked again', async () => {
  const given = following(new Error('Rate exceeded'), [createUser]);
  await heal(stopLogging(), given.guard);
  await sweepAfter(5, given);

  expect(subjects(given)).toEqual([restored, oneMore]);
});

test('where the alert does not go out, nobody is followed until it does', async () => {
  const given = following([createUser]);
  given.guard.alerts.failNext(1);
  await heal(stopLogging(), given.guard).catch(() => undefined);
  expect(given.asked).toEqual([]);
  await sweepAfter(1, given);

  expect(subjects(given)).toEqual([restored, oneMore]);
});

test.each([
  ['a refused attempt has gained nothing', { errorCode: 'AccessDenied' }],
  [
    'a service that acts for somebody is nobody to follow',
    { userIdentity: { type: 'AWSService', invokedBy: 'x' } },
  ],
])('%s', async (_what, detail) => {
  const given = following([createUser]);
  await heal(stopLogging(orgAuditTrail.Name, detail), given.guard);

  expect(given.asked).toEqual([]);
});

test('more than fifty calls are counted', async () => {
  const many = Array.from({ length: 60 }, (_, index) => call('CreateUser', `id-${index}`));
  const given = following(many);
  await heal(stopLogging(), given.guard);

  expect(given.guard.alerts.sent[1]?.report.aftermath).toMatchObject({ more: 10 });
  expect(given.guard.alerts.sent[1]?.report.aftermath?.calls).toHaveLength(50);
});
