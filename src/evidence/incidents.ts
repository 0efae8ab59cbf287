import { isTakenBack } from '../report/follow-up.ts';
import type { ReportRecord, SentRecord } from './record-schema.ts';
import type { Period } from './sources.ts';

/** One incident: all messages about it together. Times are ISO 8601, UTC. */
export interface IncidentLine {
  readonly id: string;
  readonly severity: ReportRecord['severity'];
  /** What became of it, by its latest message. */
  readonly verdict: string;
  readonly subject: string;
  /** What gave reason to look. */
  readonly nudge: string;
  readonly who: readonly string[];
  readonly from: readonly string[];
  /** The calls, each name once, with how often. */
  readonly what: readonly string[];
  readonly trails: readonly string[];
  readonly happened?: string;
  readonly detected: string;
  /** When a reading showed all as declared. */
  readonly whole?: string;
  readonly secondsToDetect?: number;
  readonly secondsToHeal?: number;
  readonly secondsBlind?: number;
  readonly messages: number;
  /** The Event history does not show what was told: the event may have been forged. */
  readonly isTakenBack: boolean;
}

const SEVERITIES: readonly ReportRecord['severity'][] = ['critical', 'high', 'medium', 'low', 'info'];

const IS_WHOLE = ['restored', 'whole'];

const each = (values: readonly (string | undefined)[]): string[] => [
  ...new Set(values.flatMap((value) => value ?? [])),
];

function counted(names: readonly string[]): string[] {
  return each(names).map((name) => {
    const count = names.filter((other) => other === name).length;
    return count === 1 ? name : `${name} (${count} times)`;
  });
}

function lineOf(messages: readonly SentRecord[]): IncidentLine {
  const reports = messages.map(({ report }) => report) as [ReportRecord, ...ReportRecord[]];
  const [first] = reports;
  const { happened, detected, secondsToDetect, secondsToHeal, secondsBlind } = first.times;
  const told = reports.filter((report) => !isTakenBack(report));
  const latest = told.at(-1) ?? first;
  const whole = told.find(({ verdict }) => IS_WHOLE.includes(verdict))?.times.verified;
  const calls = new Map(
    reports.flatMap((report) => report.calls.map((call, index) => [call.eventId ?? index, call])),
  );
  const made = [...calls.values()];
  const isAttempt = first.nudge === 'attempt';
  return {
    id: first.id,
    severity:
      SEVERITIES.find((severity) => reports.some((report) => report.severity === severity)) ?? first.severity,
    verdict: latest.verdict,
    subject: first.subject,
    nudge: first.nudge,
    who: each(made.map(({ actor }) => actor.name)),
    from: each(made.map(({ sourceIp }) => sourceIp)),
    what: counted(made.map(({ eventName }) => eventName)),
    trails: each(reports.flatMap(({ trails }) => trails.map(({ name }) => name))),
    ...(happened !== undefined && { happened }),
    detected,
    ...(whole !== undefined && { whole }),
    ...(secondsToDetect !== undefined && !isAttempt && { secondsToDetect }),
    ...(secondsToHeal !== undefined && first.verdict === 'restored' && { secondsToHeal }),
    ...(secondsBlind !== undefined && { secondsBlind }),
    messages: new Set(messages.map(({ sentAt }) => sentAt)).size,
    isTakenBack: reports.some(isTakenBack),
  };
}

/** The incidents that were detected in a period, oldest first. */
export function incidentsOf(sent: readonly SentRecord[], { from, until }: Period): IncidentLine[] {
  const groups = new Map<string, SentRecord[]>();
  const inOrder = sent.toSorted((a, b) => Date.parse(a.sentAt) - Date.parse(b.sentAt));
  for (const message of inOrder)
    groups.set(message.report.id, [...(groups.get(message.report.id) ?? []), message]);
  return [...groups.values()]
    .map(lineOf)
    .filter(({ detected }) => Date.parse(detected) >= from && Date.parse(detected) < until)
    .sort((a, b) => Date.parse(a.detected) - Date.parse(b.detected));
}
