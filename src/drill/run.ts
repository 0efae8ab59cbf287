import { drillEnd } from '../baseline/drill.ts';
import { type DrillAccount, DrillError, type HistoryRecord, type Probed, type Told } from './account.ts';
import type { Answers } from './questions.ts';
import type { Drilled, Measured } from './measured.ts';
import { type Blow, bucketPolicy, MOST_TRAILS, type Plan } from './plan.ts';
import { drift } from '../kinds/trail/drift.ts';

/** What running a drill takes beside the account. */
export interface Running {
  readonly stage: string;
  readonly now: () => number;
  /** Rejects once the drill is to be broken off. */
  readonly sleep: (ms: number) => Promise<void>;
  /** The same, and never rejects: what was made is taken away, come what may. */
  readonly sleepOn: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
  readonly pace: Pace;
  /** Whether the questions of docs/measure-on-aws.md are asked, too. */
  readonly measures?: boolean;
}

/** In ms. */
export interface Pace {
  /** From one reading of the trail to the next. */
  readonly read: number;
  /** From one question to the Event history to the next: it answers two a second to all who ask. */
  readonly history: number;
  /** How long the guard may take to see a drill begin, to mend and tell a blow, and the history to show a call. */
  readonly begin: number;
  readonly blow: number;
  readonly shown: number;
  /** How long the trail must stay away before the drill is over. */
  readonly away: number;
}

const MINUTE = 60_000;

/** A sweep, or the default of one, and what it takes to repair and tell. */
export const PACE: Pace = {
  read: 1000,
  history: 10_000,
  begin: 7 * MINUTE,
  blow: 7 * MINUTE,
  shown: 15 * MINUTE,
  away: 15_000,
};

/** How often the trail is taken away again, where a repair under way has brought it back. */
const MOST_REMOVALS = 12;

/** What earlier drills have left, in words: their trails, then their bucket. */
export async function leftovers(account: DrillAccount): Promise<string[]> {
  const [{ homed }, hasBucket] = await Promise.all([account.held(), account.hasBucket()]);
  return [
    ...homed.filter((name) => drillEnd(name) !== undefined).map((name) => `trail ${name}`),
    ...(hasBucket ? ['the bucket of the drills'] : []),
  ];
}

/**
 * Takes away all that drills have made, in the order in which the guard lets them: without its bucket, a drill is over, and its trail is not
 * rebuilt. Gives what is left all the same.
 */
export async function cleanUp(account: DrillAccount, { now, sleepOn, pace }: Running): Promise<string[]> {
  let awaySince: number | undefined;
  for (let removals = 0; ;) {
    const left = await leftovers(account);
    if (left.length === 0) {
      awaySince ??= now();
      if (now() - awaySince >= pace.away) return [];
    } else {
      awaySince = undefined;
      if ((removals += 1) > MOST_REMOVALS) return left;
      await removeAll(account);
    }
    await sleepOn(pace.read);
  }
}

async function removeAll(account: DrillAccount): Promise<void> {
  await account.removeBucket();
  const { homed } = await account.held();
  for (const Name of homed.filter((name) => drillEnd(name) !== undefined))
    await account.strike({ call: 'DeleteTrail', input: { Name } }).catch((thrown: unknown) => {
      if (!(thrown instanceof Error && thrown.message.includes('TrailNotFoundException'))) throw thrown;
    });
}

const seconds = (from: number, until: number): number => Math.max(0, until - from) / 1000;

/** What was told of one call on the trail of a drill. CloudTrail's own time is in whole seconds. */
function toldOf(told: readonly Told[], trail: string, { call, at }: { call: string; at: number }) {
  const begun = Math.floor(at / 1000) * 1000;
  return told.find(({ report }) =>
    report.calls.some(
      ({ eventName, trail: name, time }) =>
        eventName === call && name === trail && time !== undefined && Date.parse(time) >= begun - 1000,
    ),
  );
}

/** A blow that was struck. */
interface Struck {
  readonly call: string;
  readonly at: number;
  readonly requestId: string | undefined;
  measured: Measured;
}

/** Strikes once, and waits until the trail is whole and the blow told, or there is no time left. */
async function undergo(account: DrillAccount, running: Running, plan: Plan, blow: Blow): Promise<Struck> {
  const { now, sleep, pace } = running;
  const { requestId } = await account.strike(blow.strike);
  const at = now();
  const { call } = blow.strike;
  let measured: Measured = { blow: blow.name, call, at: new Date(at).toISOString() };
  let struck: string | undefined;
  while (now() - at < pace.blow) {
    const [observed, told] = await Promise.all([account.observe(plan.trail.Name), account.told()]);
    const read = now();
    const wrong = JSON.stringify([
      observed.standing,
      observed.unread,
      drift(plan.trail, observed).map(({ field }) => field),
    ]);
    const alert = toldOf(told, plan.trail.Name, { call, at });
    const isWhole = observed.standing === 'homed' && drift(plan.trail, observed).length === 0;
    // A reading may be too early to show the blow, or too late.
    const isSeen = struck !== undefined || alert !== undefined;
    if (!isWhole) struck ??= wrong;
    if (isSeen && wrong !== struck) measured = { toFirstRepair: seconds(at, read), ...measured };
    if (isSeen && isWhole && Object.keys(observed.unread).length === 0)
      measured = { toWhole: seconds(at, read), ...measured };
    if (alert) measured = { ...measured, ...alertTimes(alert, at) };
    if (measured.toWhole !== undefined && alert) break;
    await sleep(pace.read);
  }
  return { call, at, requestId, measured };
}

function alertTimes({ sentAt, report }: Told, at: number): Partial<Measured> {
  return {
    toAlert: seconds(at, Date.parse(sentAt)),
    subject: report.subject,
    ...(report.nudge === 'tampering' && { toEvent: seconds(at, Date.parse(report.times.detected)) }),
  };
}

/** Asks the Event history for what it has not shown yet. */
async function lookUp(
  account: DrillAccount,
  { now, sleep, pace }: Running,
  blows: Struck[],
  until: number,
): Promise<void> {
  const missing = () => blows.filter(({ measured }) => measured.toHistory === undefined);
  const begun = now();
  // What is taken away after the drill's time would be told as real.
  while (missing().length > 0 && now() - begun < pace.shown && now() < until - 2 * MINUTE) {
    for (const blow of missing()) {
      const records = await account.shown(blow.call, blow.at - MINUTE);
      const isShown = records.some(({ requestId }) => requestId === blow.requestId);
      if (isShown) blow.measured = { ...blow.measured, toHistory: seconds(blow.at, now()) };
    }
    if (missing().length > 0) await sleep(pace.history);
  }
}

/** What the Event history answers, once it has shown the blows: what was called before them and after them, it shows as soon. */
async function answersFrom(
  account: DrillAccount,
  { sleep, pace }: Running,
  blows: readonly Struck[],
  probed: Probed | undefined,
): Promise<Answers> {
  if (!probed) return {};
  const since = (blows[0]?.at ?? 0) - MINUTE;
  await sleep(pace.history);
  const records = new Map<string, readonly HistoryRecord[]>();
  for (const call of new Set(probed.calls.map((each) => each.call))) {
    records.set(call, await account.shown(call, since));
    await sleep(pace.history / 10);
  }
  const shown = probed.calls.flatMap(({ call, requestId, answers }) => {
    const record = records.get(call)?.find((each) => each.requestId === requestId);
    return record ? [{ call, answers, record }] : [];
  });
  const spelt = shown
    .filter(({ answers }) => answers === 'spelling')
    .map(({ call, record }) => `${call}: ${JSON.stringify(record.requestParameters)}`);
  const isThrottlingShown = shown.some(({ answers }) => answers === 'throttled');
  const late = blows.flatMap(({ measured: { toHistory } }) => toHistory ?? []);
  const isSame = late.length > 0;
  return {
    ...probed.answers,
    spelling: spelt.join('; ') || 'not shown in time',
    ...(isThrottlingShown && { throttled: 'the Event history shows throttled calls' }),
    history:
      late.length > 0
        ? `${late.map((each) => `${each.toFixed(0)} s`).join(', ')}; asked every ${pace.history / 1000} s`
        : `not within ${pace.shown / MINUTE} minutes`,
    requestIds: isSame
      ? "yes, of the drill's own calls that were tried once"
      : 'no record with the id of the answer was shown',
  };
}

/** Waits until the guard has taken the drill up: before, nothing that it says would be said to be a drill. */
async function begin(account: DrillAccount, { now, sleep, pace }: Running, { arn }: Plan): Promise<void> {
  const begun = now();
  while (!(await account.isBegun(arn))) {
    if (now() - begun > pace.begin)
      throw new DrillError(
        'The guard has not taken the drill up, so that it would be told as real: is this version deployed, with a baseline, and does it sweep?',
      );
    await sleep(pace.read);
  }
}

/** Refuses where there is no room for another trail. Rejects with a {@link DrillError}. */
export async function refuseWithoutRoom(account: DrillAccount): Promise<void> {
  const { count, homed } = await account.held();
  const own = homed.filter((name) => drillEnd(name) !== undefined).length;
  if (count - own >= MOST_TRAILS)
    throw new DrillError(
      `There are ${count - own} trails in ${account.home.region}, and CloudTrail allows ${MOST_TRAILS}: a drill needs one of its own`,
    );
}

/**
 * Runs a drill, and takes away all that it has made, whatever comes in between. Rejects with a {@link DrillError}, or with what broke it off,
 * once that is done.
 */
export async function runDrill(account: DrillAccount, running: Running, plan: Plan): Promise<Drilled> {
  const { say, stage, pace } = running;
  const blows: Struck[] = [];
  let left: string[] = [];
  let probed: Probed | undefined;
  let answers: Answers = {};
  await refuseWithoutRoom(account);
  if ((await leftovers(account)).length > 0) {
    const stays = await cleanUp(account, running);
    if (stays.length > 0) throw new DrillError(`An earlier drill cannot be taken away: ${stays.join(', ')}`);
  }
  try {
    await account.makeBucket(bucketPolicy(plan));
    await account.create(plan.trail.Name);
    say(`trail ${plan.trail.Name} is there; waiting for the guard to take the drill up`);
    await begin(account, running, plan);
    for (const blow of plan.blows) {
      say(`${blow.name}: ${blow.does}`);
      blows.push(await undergo(account, running, plan, blow));
    }
    if (running.measures) {
      say('asking what docs/measure-on-aws.md asks');
      probed = await account.measure(plan.trail.Name, bucketPolicy(plan));
    }
    say('waiting for the Event history');
    await lookUp(account, running, blows, plan.until);
    answers = await answersFrom(account, running, blows, probed);
    const { deliveryErrors } = await account.observe(plan.trail.Name);
    answers = { ...answers, deliveryError: deliveryErrors.join('; ') || 'none has shown by now' };
  } finally {
    say('taking away what was made');
    left = await cleanUp(account, running);
    if (left.length > 0)
      say(
        `NOT taken away: ${left.join(', ')}. Run the drill with --clean, or delete the bucket, then the trail.`,
      );
  }
  const { account: id, region } = account.home;
  return {
    ...{ stage, account: id, region, trail: plan.trail.Name, resolution: pace.read / 1000, left },
    blows: blows.map(({ measured }) => measured),
    ...(running.measures && { answers }),
  };
}
