import { oneLine } from '../foreign/printable.ts';
import type { Evidence } from './evidence.ts';
import type { IncidentLine } from './incidents.ts';

const COLUMNS: readonly (readonly [
  title: string,
  cell: (incident: IncidentLine) => string | number | undefined,
])[] = [
  ['id', ({ id }) => id],
  ['severity', ({ severity }) => severity],
  ['verdict', ({ verdict }) => verdict],
  ['taken back', ({ isTakenBack }) => (isTakenBack ? 'yes' : 'no')],
  ['nudge', ({ nudge }) => nudge],
  ['calls', ({ what }) => what.join('; ')],
  ['trails', ({ trails }) => trails.join('; ')],
  ['who', ({ who }) => who.join('; ')],
  ['from', ({ from }) => from.join('; ')],
  ['happened', ({ happened }) => happened],
  ['detected', ({ detected }) => detected],
  ['whole', ({ whole }) => whole],
  ['seconds to detect', ({ secondsToDetect }) => secondsToDetect],
  ['seconds to heal', ({ secondsToHeal }) => secondsToHeal],
  ['seconds blind', ({ secondsBlind }) => secondsBlind],
  ['messages', ({ messages }) => messages],
  ['subject', ({ subject }) => subject],
];

/**
 * A cell that no spreadsheet takes for a formula, and that cannot end itself.
 * https://owasp.org/www-community/attacks/CSV_Injection https://www.rfc-editor.org/rfc/rfc4180
 */
function cellOf(value: string | number | undefined): string {
  if (typeof value !== 'string') return value === undefined ? '' : String(value);
  const text = oneLine(value, 1000);
  const harmless = /^[\s]*[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The incidents as CSV with a line of titles. */
export function evidenceCsv({ incidents }: Pick<Evidence, 'incidents'>): string {
  const lines = [
    COLUMNS.map(([title]) => title),
    ...incidents.map((incident) => COLUMNS.map(([, cell]) => cellOf(cell(incident)))),
  ];
  return lines.map((line) => `${line.join(',')}\r\n`).join('');
}
