import type { Incident } from '../incident/incident.ts';
import { type Pass, passText } from '../incident/pass.ts';
import { reportOf } from '../report/report.ts';
import { deliver, type Sender } from './deliver.ts';
import { newsOf, newsOfAnybody, whatIs } from './news.ts';
import { heldBack, isToldAtOnce, type News, told, type Window } from './window.ts';

const MINUTE = 60_000;

/** So many messages may leave at once in five minutes: SNS switches e-mail off where there are too many. */
const MOST_AT_ONCE = 12;
const AT_ONCE_MS = 5 * MINUTE;

/** Sends a message about an incident, and remembers what it has told. */
export async function send(sender: Sender, incident: Incident): Promise<void> {
  const { ledger, clock } = sender;
  const report = reportOf(incident);
  await deliver(sender, report);
  const { isGood } = newsOf(incident);
  if (incident.nudge.kind === 'attempt') return;
  for (const each of incident.calls)
    if (each.eventId)
      await ledger.write('call', each.eventId, { message: report.id, what: whatIs(each), isGood });
  const [call] = incident.calls;
  if (call && !incident.drill && call.actor.type !== 'AWSService') {
    const { name, shortName, accessKeyId } = call.actor;
    await ledger.write('following', report.id, {
      report,
      actor: { name, shortName, ...(accessKeyId && { accessKeyId }) },
      toldAt: clock.now(),
      told: [],
      looks: 0,
    });
  }
}

/**
 * Where too many messages leave, whatever is no worse than they are goes into one for everybody: at once where that has told of nothing
 * as bad, or of another part of a declared trail, for decoys must hide neither.
 */
async function paced({ ledger, clock }: Sender, incident: Incident, news: News): Promise<News> {
  const [entry] = await ledger.read('pace', ['pace']);
  const lately = (entry?.value.at ?? []).filter((at) => clock.now() - at < AT_ONCE_MS);
  const isWorse = news.severity === 'critical' && entry?.value.severity !== 'critical';
  if (lately.length < MOST_AT_ONCE || isWorse || incident.drill) return news;
  return newsOfAnybody(incident);
}

async function notePace({ ledger, clock }: Sender, { severity }: News): Promise<void> {
  const [entry] = await ledger.read('pace', ['pace']);
  const at = (entry?.value.at ?? []).filter((time) => clock.now() - time < AT_ONCE_MS);
  const worst = at.length > 0 && entry?.value.severity === 'critical' ? 'critical' : severity;
  await ledger.write('pace', 'pace', { at: [...at, clock.now()], severity: worst });
}

/** An incident with the calls that were held back before it. */
export function withHeld(incident: Incident, { held }: Window): Incident {
  if (!held) return incident;
  const repeats = { count: held.calls.length, since: new Date(held.since).toISOString() };
  return { ...incident, calls: [...held.calls, ...incident.calls], repeats };
}

/** Tells an incident now, or holds it back for the next message about the same actor. */
export async function tellOrHold(
  sender: Sender,
  pass: Pass,
  incident: Incident,
  record: string,
): Promise<void> {
  const { ledger, clock } = sender;
  const now = clock.now();
  let news = newsOf(incident);
  let [entry] = await ledger.read('window', [news.who]);
  if (isToldAtOnce(entry?.value, news, now, record)) {
    const calmed = await paced(sender, incident, news);
    if (calmed.who !== news.who) {
      news = calmed;
      [entry] = await ledger.read('window', [news.who]);
    }
  }
  const version = entry?.version ?? 0;
  if (entry && !isToldAtOnce(entry.value, news, now, record)) {
    const held = heldBack(
      entry.value,
      news,
      now,
      passText({ ...pass, outcomes: incident.outcomes, resources: incident.resources }),
    );
    await ledger.write('window', news.who, held, version);
    return;
  }
  // Claimed before it is sent: whoever decides at the same time, decides again.
  await ledger.write('window', news.who, told(entry?.value, news, now, record), version);
  if (!incident.drill) await notePace(sender, news);
  await send(sender, entry ? withHeld(incident, entry.value) : incident);
}
