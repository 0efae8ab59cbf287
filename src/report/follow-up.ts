import { asciiLine } from '../foreign/printable.ts';
import type { Proof } from '../incident/delivery.ts';
import { proofLine, toldProof } from './proof.ts';
import type { Report } from './schema.ts';

/** What is known of an incident only after it was told. */
export type Sequel = Pick<Report, 'aftermath' | 'containment'>;

/** More than this are counted, not told. */
export const MOST_CALLS = 50;

function sayingOf({ aftermath, containment }: Sequel): string {
  const contained =
    containment &&
    {
      contained: 'is CONTAINED',
      refused: 'could NOT be contained',
      exempt: 'is exempt from containment',
    }[containment.result];
  const count = (aftermath?.calls.length ?? 0) + (aftermath?.more ?? 0);
  const more = count > 0 ? `also made ${count} notable call${count === 1 ? '' : 's'}` : undefined;
  return [contained, more].filter(Boolean).join(' and ');
}

/** The report that follows up another, in the same thread: what else the actor did, and what was done about the actor. */
export function followUp(report: Report, sequel: Sequel): Report {
  const actor = report.call?.actor.shortName ?? 'the actor';
  const said = `${actor} ${sayingOf(sequel)}`;
  const trail = report.resources[0]?.title ?? report.trails[0]?.name;
  const head = `[${report.severity.toUpperCase()}] Re: `;
  const tail = ` (${report.account.id} ${report.region})`;
  return {
    ...report,
    ...sequel,
    followsUp: true,
    subject: head + asciiLine(trail ? `${said}; ${trail}` : said, 99 - head.length - tail.length) + tail,
    summary: [`${said}.`, `This follows up: ${report.subject}`],
  };
}

/** The report that says that delivery is proven again which was not when the incident was told. */
export function provenReport(report: Report, proofs: readonly Proof[]): Report {
  const head = `[${report.severity.toUpperCase()}] Re: `;
  const tail = ` (${report.account.id} ${report.region})`;
  const trails = [...new Set(proofs.map(({ trail }) => trail))].join(', ');
  return {
    ...report,
    followsUp: true,
    delivery: proofs.map(toldProof),
    subject: head + asciiLine(`${trails} delivers again, proven`, 99 - head.length - tail.length) + tail,
    summary: [...proofs.map(proofLine), `This follows up: ${report.subject}`],
  };
}

const UNCONFIRMED = 'The Event history does not show what was told: the event may be FORGED.';

/** Whether a report takes a blame back. */
export function isTakenBack({ summary: [said] }: Pick<Report, 'summary'>): boolean {
  return said === UNCONFIRMED;
}

/** The report that takes a blame back: calls that only an event told of, and that the Event history does not show. */
export function unconfirmedReport(report: Report, eventIds: readonly string[]): Report {
  const said = UNCONFIRMED.slice(0, -1).replace(/^T/, 't');
  const head = `[${report.severity.toUpperCase()}] Re: `;
  const tail = ` (${report.account.id} ${report.region})`;
  return {
    ...report,
    followsUp: true,
    subject: head + asciiLine(said, 99 - head.length - tail.length) + tail,
    summary: [
      UNCONFIRMED,
      `Nobody is to blame for it yet: find out who may invoke the function. Event ids: ${eventIds.join(', ')}.`,
      `This follows up: ${report.subject}`,
    ],
  };
}
