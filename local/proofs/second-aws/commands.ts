import type { CloudTrail } from '@aws-sdk/client-cloudtrail';
import { assumedRole } from '../../aws/iam/principal.ts';
import { AUDIT_TRAIL, DESTINATIONS } from '../../drill/estate.ts';
import { ACCOUNT, ask } from './raw.ts';
import type { Range } from './range.ts';

/** What people type on a live account, and what it came to. */
export interface Tried {
  readonly what: string;
  /** Why it is not as it should be; absent where it is. */
  readonly fault?: string;
}

const TICKET = 'CHG-4711';
const LIVE = ['--live', '--yes'];

/** In ms: as long as a window lasts at least, and what it takes to hear of its end. */
const WINDOW_MS = 62_000;

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Throws unless what was expected has happened. */
function expect(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(what);
}

async function run(range: Range, who: string, command: string, ...args: string[]) {
  const { code, printed } = await range.type(command, args, signedIn(range, who)).ended;
  return { code, printed };
}

const signedIn = (range: Range, who: string) =>
  range.signIn({ userIdentity: assumedRole(ACCOUNT, who, who.toLowerCase()) });

async function settingsOf(trails: CloudTrail) {
  const { Trail } = await trails.getTrail({ Name: AUDIT_TRAIL });
  return { bucket: Trail?.S3BucketName, prefix: Trail?.S3KeyPrefix };
}

async function leftBy(range: Range): Promise<string[]> {
  const { trailList = [] } = await range.alice.describeTrails({ includeShadowTrails: false });
  const bucket = await ask(range.endpoint, {
    service: 's3',
    method: 'HEAD',
    path: `/trailkeeper-drill-${ACCOUNT}-us-east-1-an`,
  }).then(
    () => ['the bucket of the drills'],
    () => [],
  );
  return [
    ...trailList.flatMap(({ Name = '' }) => (Name.startsWith('trailkeeper-drill-') ? [Name] : [])),
    ...bucket,
  ];
}

async function subjectsOf(range: Range): Promise<string> {
  await range.idle();
  return (await range.inbox.read()).map(({ subject }) => subject).join('\n');
}

/** A window is opened, listed, used and attacked, and ends. */
async function aWindow(range: Range): Promise<void> {
  const before = await settingsOf(range.alice);
  const opened = await run(
    range,
    'Oncall',
    'window',
    'open',
    ...['--trail', AUDIT_TRAIL, '--actor', `arn:aws:iam::${ACCOUNT}:role/Deploy`],
    ...['--for', '1m', '--reason', TICKET],
  );
  const openedAt = Date.now();
  expect(opened.code === 0, `not opened: ${opened.printed}`);
  const listed = await run(range, 'Oncall', 'window', 'list');
  expect(/^open +CHG-4711/m.test(listed.printed), `not listed: ${listed.printed}`);

  const change = { Name: AUDIT_TRAIL, S3KeyPrefix: 'approved' };
  await range.connect(signedIn(range, 'Deploy')).updateTrail(change);
  await range.idle();
  expect((await settingsOf(range.alice)).prefix === 'approved', 'what was approved does not stand');
  await range
    .connect(signedIn(range, 'Mallory'))
    .updateTrail({ Name: AUDIT_TRAIL, S3BucketName: 'mallory-bucket' });
  await range.idle();
  const attacked = await settingsOf(range.alice);
  expect(attacked.bucket === DESTINATIONS.bucket, `what was not approved stands: ${String(attacked.bucket)}`);

  await sleep(openedAt + WINDOW_MS - Date.now());
  for (let sweeps = 0; sweeps < 2; sweeps += 1) {
    range.guard.sweep();
    await range.idle();
  }
  expect(
    JSON.stringify(await settingsOf(range.alice)) === JSON.stringify(before),
    'not back to the baseline',
  );
  const told = await subjectsOf(range);
  for (const words of [
    `[LOW] trail ${AUDIT_TRAIL}: change window ${TICKET} opened`,
    `stands by ${TICKET}`,
    'changed by mallory, restored',
    `change window ${TICKET} ended, as declared`,
  ])
    expect(told.includes(words), `nobody was told: ${words}\n${told}`);
}

async function closedWindow(range: Range): Promise<void> {
  const args = ['--trail', AUDIT_TRAIL, '--actor', `arn:aws:iam::${ACCOUNT}:role/Deploy`];
  const opened = await run(range, 'Oncall', 'window', 'open', ...args, '--for', '2h', '--reason', 'CHG-4712');
  const id = opened.printed.split('\n')[1]?.trim() ?? '';
  const before = await settingsOf(range.alice);
  await range.connect(signedIn(range, 'Deploy')).updateTrail({ Name: AUDIT_TRAIL, S3KeyPrefix: 'approved' });
  await range.idle();
  const closed = await run(range, 'Oncall', 'window', 'close', id);
  expect(closed.code === 0, `not closed: ${closed.printed}`);
  range.guard.sweep();
  await range.idle();
  expect(
    JSON.stringify(await settingsOf(range.alice)) === JSON.stringify(before),
    'not back to the baseline',
  );
  await subjectsOf(range);
}

async function aDrill(range: Range, ...more: string[]): Promise<void> {
  const { code, printed } = await run(range, 'Security', 'drill', ...LIVE, ...more);
  expect(code === 0, `not passed: ${printed}`);
  const told = (await subjectsOf(range)).split('\n');
  const real = told.filter((subject) => !subject.includes('] DRILL '));
  expect(told.length >= 6 && real.length === 0, `not told as a drill: ${real.join(', ')}`);
  expect((await leftBy(range)).length === 0, `left: ${(await leftBy(range)).join(', ')}`);
}

async function brokenOff(range: Range): Promise<void> {
  const drill = range.type('drill', LIVE, signedIn(range, 'Security'));
  await drill.says('redirect: ');
  drill.kill('SIGINT');
  const { code, printed } = await drill.ended;
  expect(code === 1 && printed.includes('It was broken off by SIGINT'), printed);
  await subjectsOf(range);
  expect((await leftBy(range)).length === 0, `left: ${(await leftBy(range)).join(', ')}`);
}

async function killed(range: Range): Promise<void> {
  const drill = range.type('drill', LIVE, signedIn(range, 'Security'));
  await drill.says('redirect: ');
  drill.kill('SIGKILL');
  await drill.ended;
  await subjectsOf(range);
  expect((await leftBy(range)).length === 2, 'a killed drill has left nothing');
  // The end of the killed one is told by the next, which takes it away.
  await aDrill(range);
}

async function noRoom(range: Range): Promise<void> {
  const names = ['one', 'two', 'three'].map((each) => `team-${each}`);
  for (const Name of names) await range.alice.createTrail({ Name, S3BucketName: DESTINATIONS.bucket });
  await range.idle();
  const { code, printed } = await run(range, 'Security', 'drill', ...LIVE);
  for (const Name of names) await range.alice.deleteTrail({ Name });
  await subjectsOf(range);
  expect(code === 1 && printed.includes('CloudTrail allows 5'), printed);
  expect((await leftBy(range)).length === 0, 'something was made all the same');
}

const TRIES: readonly (readonly [what: string, act: (range: Range) => Promise<void>])[] = [
  ['npm run window: opened, listed, used, attacked, and over', aWindow],
  ['npm run window: closed before its time', closedWindow],
  [
    'npm run drill -- --live --measure: passed, told as a drill, nothing left',
    (range) => aDrill(range, '--measure'),
  ],
  ['npm run drill -- --live, broken off by Ctrl-C: nothing left', brokenOff],
  ['npm run drill -- --live, killed: the next one takes away what it left, and passes', killed],
  ['npm run drill -- --live, where five trails are: refused', noRoom],
];

/** Types the commands for a live account against the deployed guard, one after the other, and tells of each what it came to. */
export async function tryCommands(range: Range, tell: (tried: Tried) => void): Promise<readonly Tried[]> {
  const all: Tried[] = [];
  for (const [what, act] of TRIES) {
    await range.ledger.letAnHourPass();
    const tried = await act(range).then(
      () => ({ what }),
      (thrown: unknown) => ({ what, fault: thrown instanceof Error ? thrown.message : String(thrown) }),
    );
    tell(tried);
    all.push(tried);
  }
  return all;
}
