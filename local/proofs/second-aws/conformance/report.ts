import colors from 'picocolors';
import { format } from 'prettier';
import { markdownTable } from '../../../table.ts';
import { CASES, type Conformance } from './conformance.ts';

const asText = (value: unknown): string =>
  typeof value === 'string'
    ? value
    : value === undefined
      ? 'absent'
      : JSON.stringify(value, (_, field: unknown) => (field === undefined ? 'absent' : field));

const differing = ({ findings }: Conformance) => findings.filter(({ conforms }) => !conforms).length;

/** How many cases each candidate answers as AWS documents them. */
export function score(candidate: Conformance): string {
  const { name, findings } = candidate;
  return `${name}: ${findings.length - differing(candidate)} of ${findings.length} as documented`;
}

/** Only where somebody differs, for a terminal. */
export function differences(candidates: readonly Conformance[]): string {
  const lines = CASES.flatMap(({ service, operation, what, documented }, index) => {
    const others = candidates.flatMap(({ name, findings }) => {
      const finding = findings[index];
      return finding && !finding.conforms ? [`    ${colors.red(name)}: ${asText(finding.observed)}`] : [];
    });
    return others.length > 0
      ? [`  ${service} ${colors.bold(operation)}, ${what}: ${asText(documented)}`, ...others]
      : [];
  });
  return [...lines, '', ...candidates.map((each) => `  ${score(each)}`), ''].join('\n');
}

const cell = (value: unknown): string => {
  const text = asText(value).replaceAll('|', '\\|');
  const short = text.length > 90 ? `${text.slice(0, 90)}…` : text;
  return `\`${short.replaceAll('`', "'")}\``;
};

/** The whole table, as docs/conformance.md holds it. */
export async function markdown(candidates: readonly Conformance[]): Promise<string> {
  const head = ['service', 'operation', 'case', 'AWS documents', ...candidates.map(({ name }) => name)];
  const rows = CASES.map(({ service, operation, what, documented, page }, index) => [
    service,
    operation,
    what,
    `[${cell(documented)}](${page})`,
    ...candidates.map(({ findings }) => {
      const finding = findings[index];
      return finding?.conforms ? '✔' : cell(finding?.observed);
    }),
  ]);
  const text = [
    '# Conformance: the embedded AWS and another, case by case',
    '',
    'Written by `npm run second-aws -- --conformance --write`. Each row is one promise of the documentation that it links to,',
    'tried on both: ✔ where the answer is the documented one, otherwise the answer. Nothing is mended for this table, and',
    'none of it ran on AWS itself. What the documentation does not decide is not in it.',
    '',
    ...candidates.map((each) => `- ${score(each)}`),
    '',
    markdownTable(head, rows),
  ].join('\n');
  return format(text, { parser: 'markdown' });
}
