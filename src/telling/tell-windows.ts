import type { Baseline } from '../baseline/baseline.ts';
import type { Config } from '../config/config.ts';
import { asError } from '../foreign/error.ts';
import { asRecord } from '../foreign/values.ts';
import { approvedBy } from '../incident/approved.ts';
import { type Incident, isWhole } from '../incident/incident.ts';
import type { Pass } from '../incident/pass.ts';
import { isResourceWhole } from '../incident/resources.ts';
import type { ChangeWindow } from '../kinds/change-window.ts';
import type { Home } from '../kinds/home.ts';
import type { ResourceOutcome } from '../kinds/resource.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { readActor } from '../record/actor.ts';
import type { History } from '../record/history.ts';
import { endedReport, openedReport, type WindowNews } from '../report/change-window.ts';
import type { WindowRegister } from '../windows/register.ts';
import { deliver, type Sender } from './deliver.ts';

/** What it takes to tell of change windows. */
export interface WindowTeller extends Sender {
  /** Absent where the deployment has none. */
  readonly windows?: WindowRegister | undefined;
  readonly history: History;
  readonly baseline: Baseline;
  readonly config: Config;
  readonly home: Home;
}

/** A window that was told. Times are in ms since the epoch. */
export interface ToldWindow {
  readonly window: ChangeWindow;
  readonly opener?: string;
  /** The fields that it has let stand. */
  readonly fields: readonly string[];
  /** What was changed inside it, a line each. */
  readonly changes: readonly string[];
  /** When it was over, by its own time or because it was closed. */
  readonly overAt?: number;
  /** The record by which its end was told. */
  readonly endedBy?: string;
}

const MINUTE = 60_000;

/** A grant shows everywhere by then. https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#terms-eventual-consistency */
const CONSISTENT = 5 * MINUTE;

/** So many changes are listed when a window ends. */
const MOST_CHANGES = 100;

type TargetOutcome = TrailOutcome | ResourceOutcome;

const isTrail = (outcome: TargetOutcome): outcome is TrailOutcome => 'Name' in outcome;

function isOn({ kind, name }: ChangeWindow, outcome: TargetOutcome): boolean {
  return isTrail(outcome)
    ? kind === 'trail' && outcome.Name === name
    : outcome.declared.kind === kind && outcome.declared.name === name;
}

function newsOf({ home, config, baseline, clock }: WindowTeller, told: ToldWindow): WindowNews {
  const { window, opener } = told;
  return { window, opener, home, alias: baseline.AccountAlias, config, now: clock.now() };
}

/** Who made a grant: by the event at hand, or by the Event history; undefined where neither shows it. */
async function openerOf({ history, clock, log }: WindowTeller, { id, from }: ChangeWindow, event: unknown) {
  const made = (record: unknown) => asRecord(asRecord(record)['responseElements'])['grantId'] === id;
  const question = { attribute: 'EventName', value: 'CreateGrant' } as const;
  const detail = asRecord(event)['detail'];
  if (made(detail)) return readActor(asRecord(detail)['userIdentity']).name;
  try {
    const { records } = await history.page(question, from - MINUTE, clock.now());
    const record = records.find(made);
    return record === undefined ? undefined : readActor(asRecord(record)['userIdentity']).name;
  } catch (thrown) {
    log({ eventHistory: 'not readable', error: asError(thrown).name });
    return undefined;
  }
}

/**
 * Tells of the windows that nobody has told of, whatever way they were opened, and notes which are over. `event` is what gave reason to
 * look. What cannot be read is logged, and looked at the next time.
 */
export async function tellWindows(teller: WindowTeller, event?: unknown): Promise<void> {
  const { windows, ledger, clock, log } = teller;
  if (!windows) return;
  let listed: readonly ChangeWindow[];
  try {
    listed = await windows.list();
  } catch (thrown) {
    const { name: error, message } = asError(thrown);
    log({ changeWindows: 'not readable', error, message });
    return;
  }
  const known = await ledger.list('changeWindow');
  for (const window of listed) {
    if (known.some(({ id }) => id === window.id)) continue;
    const opener = await openerOf(teller, window, event);
    const told = { window, ...(opener !== undefined && { opener }), fields: [], changes: [] };
    await deliver(teller, openedReport(newsOf(teller, told)));
    await ledger.write('changeWindow', window.id, told);
  }
  const now = clock.now();
  for (const { id, value } of await ledger.list('changeWindow')) {
    const { window, overAt } = value;
    if (overAt !== undefined) continue;
    const isClosed = !listed.some((each) => each.id === id) && now - window.from > CONSISTENT;
    if (isClosed || window.until <= now)
      await ledger.write('changeWindow', id, { ...value, overAt: Math.min(now, window.until) });
  }
}

/** Remembers what windows have let stand, by what a pass has seen, and what was told of it. */
export async function noteUse(
  { ledger }: WindowTeller,
  pass: Pass,
  told: readonly Incident[],
): Promise<void> {
  const approved = [...pass.outcomes, ...pass.resources].flatMap((outcome) => outcome.approved ?? []);
  const ids = approved.map(({ window }) => window.id);
  for (const { id, value } of await ledger.read('changeWindow', [...new Set(ids)])) {
    const fields = approved
      .filter(({ window }) => window.id === id)
      .flatMap(({ drift }) => drift.map(({ field }) => field));
    const changes = told
      .filter((incident) => approvedBy(incident)?.id === id)
      .flatMap(({ calls }) => calls)
      .map(({ time = '', eventName, actor, eventId = '' }) =>
        [time, eventName, `by ${actor.name}`, eventId].filter(Boolean).join(' '),
      );
    await ledger.write('changeWindow', id, {
      ...value,
      fields: [...new Set([...value.fields, ...fields])],
      changes: [...new Set([...value.changes, ...changes])].slice(0, MOST_CHANGES),
    });
  }
}

const isBack = (outcome: TargetOutcome): boolean =>
  isTrail(outcome) ? isWhole(outcome) : isResourceWhole(outcome);

/**
 * Tells that windows are over, once a pass has seen what they were on without them. Gives the pass without what is told by that: what they
 * let stand, put back. What is more than that is told as ever.
 */
export async function tellEnded(teller: WindowTeller, pass: Pass, record: string): Promise<Pass> {
  const { ledger, windows } = teller;
  if (!windows) return pass;
  const told = new Set<TargetOutcome>();
  for (const { id, value } of await ledger.list('changeWindow')) {
    const { window, fields, changes, overAt, endedBy = record } = value;
    const isClosed = overAt !== undefined && overAt < window.until;
    if (overAt === undefined || endedBy !== record || (!isClosed && pass.seenAt < overAt)) continue;
    const outcome = [...pass.outcomes, ...pass.resources].find((each) => isOn(window, each));
    if (!outcome || outcome.approved?.window.id === id) continue;
    const [found, left] = [outcome.found, outcome.remaining].map((drift) => drift.map(({ field }) => field));
    if (value.endedBy === undefined) {
      const opener = value.opener ?? (await openerOf(teller, window, undefined));
      const putBack = (found ?? []).filter((field) => !left?.includes(field));
      const news = newsOf(teller, { ...value, ...(opener !== undefined && { opener }) });
      await deliver(teller, endedReport(news, { changes, putBack, left: left ?? [], isClosed }));
      await ledger.write('changeWindow', id, { ...value, endedBy: record });
    }
    if (isBack(outcome) && found?.every((field) => fields.includes(field))) told.add(outcome);
  }
  return {
    ...pass,
    outcomes: pass.outcomes.filter((outcome) => !told.has(outcome)),
    resources: pass.resources.filter((outcome) => !told.has(outcome)),
  };
}
