import { eventOf, mallory, orgAuditTrail, dataTrail, baselineOf } from '../fakes/samples.ts';
import { heal as healPass } from '../../src/healing/heal.ts';
import { passText } from '../../src/incident/pass.ts';
import { tellMessage } from '../../src/telling/tell-message.ts';
import { FakeTrails, guardOf, heal } from '../fakes/trails.ts';
import type { Repair } from '../../src/kinds/trail/repair.ts';

const trail = orgAuditTrail.Name;
const other = dataTrail.Name;

type Blow = readonly [
  eventName: string,
  request: object,
  effect: Repair | { kind: 'stopLogging'; trail: string },
];

const stop = (name = trail): Blow => ['StopLogging', { name }, { kind: 'stopLogging', trail: name }];
const tag: Blow = [
  'AddTags',
  {
    resourceId: `arn:aws:cloudtrail:us-east-1:123456789012:trail/${trail}`,
    tagsList: [{ key: 'x', value: 'y' }],
  },
  { kind: 'addTags', trail, tags: [{ Key: 'x', Value: 'y' }] },
];
const narrow: Blow = [
  'PutInsightSelectors',
  { trailName: trail, insightSelectors: [] },
  { kind: 'putInsightSelectors', trail, selectors: [] },
];
const redirect: Blow = [
  'UpdateTrail',
  { name: trail, s3BucketName: 'mallorys-bucket' },
  { kind: 'updateTrail', trail, settings: { S3BucketName: 'mallorys-bucket' } },
];
const stopsNew = (nth: number): Blow => stop(`invented-${nth}`);

/** Each blow by a key of its own, two seconds apart; which of them a message has told at once. */
async function toldAtOnce(blows: readonly Blow[]): Promise<boolean[]> {
  const trails = new FakeTrails(orgAuditTrail, dataTrail);
  const guard = guardOf({ trails, baseline: baselineOf(orgAuditTrail, dataTrail) });
  const told: boolean[] = [];
  for (const [nth, [eventName, request, effect]] of blows.entries()) {
    const named = effect.trail;
    if (named.startsWith('invented')) trails.put({ ...dataTrail, Name: named });
    trails.tamper(effect);
    const userIdentity = { ...mallory, accessKeyId: `ASIAEXAMPLE${nth}` };
    await heal(eventOf(eventName, request, { eventID: `call-${nth}`, userIdentity }), guard);
    if (named.startsWith('invented')) trails.tamper({ kind: 'deleteTrail', trail: named });
    await guard.clock.sleep(2000);
    told.push(
      guard.alerts.sent.some(({ report }) => report.calls.some(({ eventId }) => eventId === `call-${nth}`)),
    );
  }
  return told;
}

const many = (count: number, blow: Blow) => Array.from({ length: count }, () => blow);

describe('behind a flood by many keys', () => {
  test.each<[string, readonly Blow[], Blow, boolean]>([
    ['what is worse is told at once', many(20, tag), redirect, true],
    ['what is as bad as can be is told at once', many(20, tag), stop(), true],
    ['what is of another part is told at once, though it is milder', many(20, stop()), narrow, true],
    [
      'what is of another part is told at once, though something as bad went before',
      [...many(20, stop()), tag],
      redirect,
      true,
    ],
    ['what is of another declared trail is told at once', many(20, stop()), stop(other), true],
    ['more of the same waits', many(20, stop()), stop(), false],
    [
      'trails that nobody declared are all one',
      Array.from({ length: 20 }, (_, nth) => stopsNew(nth)),
      stopsNew(20),
      false,
    ],
  ])('%s', async (_sentence, flood, last, isTold) => {
    expect((await toldAtOnce([...flood, last])).at(-1)).toBe(isTold);
  });

  test('no more than thirteen messages leave about one thing', async () => {
    expect((await toldAtOnce(many(40, stop()))).filter(Boolean)).toHaveLength(13);
  });
});

test('of two containers that tell of one actor at once, one tells and the other holds back', async () => {
  const guard = guardOf({ trails: new FakeTrails(orgAuditTrail) });
  const container = { ...guard, parked: { send: () => Promise.resolve() } };
  const passes = await Promise.all(
    ['call-1', 'call-2'].map((eventID) =>
      healPass(guard, eventOf('StopLogging', { name: trail }, { eventID })),
    ),
  );
  await Promise.all(passes.map((pass, nth) => tellMessage(container, passText(pass), `message-${nth}`)));
  const atOnce = guard.alerts.sent.length;
  await guard.clock.sleep(5 * 60_000);
  await tellMessage(container, JSON.stringify({ source: 'aws.events' }), 'tick');
  const told = guard.alerts.sent.flatMap(({ report }) => report.calls.map(({ eventId }) => eventId));

  expect(atOnce).toBe(1);
  expect(told.sort()).toEqual(['call-1', 'call-2']);
});
