import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { oneLine } from '../foreign/printable.ts';
import type { Baseline } from './baseline.ts';
import { baseline } from './schema.ts';

/** Every fault of a baseline file at once, one a line: place, trail, field, what is wrong and what to do. */
export class BaselineError extends Error {
  override readonly name = 'BaselineError';
}

/** The types of JSON in the words of someone who writes YAML. */
const NOUNS: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  string: 'a string',
  array: 'a list',
  object: 'a mapping',
};

/** What is wrong with a value, for the rules that do not say it themselves. */
const explain: z.core.$ZodErrorMap = (issue) => {
  const { input } = issue;
  switch (issue.code) {
    case 'invalid_type': {
      const noun = NOUNS[issue.expected] ?? issue.expected;
      if (input === undefined) return `is missing: give ${noun}`;
      if (input === null) return `is empty: give ${noun}`;
      return `is not ${noun}${issue.expected === 'string' ? ': put it in quotes' : ''}`;
    }
    case 'invalid_value': {
      const allowed = issue.values.join(', ');
      return input === undefined ? `is missing: allowed are ${allowed}` : `is none of ${allowed}`;
    }
    case 'too_small':
      return issue.origin === 'string' ? 'is empty' : 'is empty: give at least one';
    case 'too_big':
      return `is longer than ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'entries'}`;
    case 'unrecognized_keys':
      return 'is not known here: remove it, or correct its name';
    default:
      return undefined;
  }
};

type Path = readonly PropertyKey[];

/** A property that nobody knows is a fault of its own. */
function faultsOf({ issues }: z.ZodError): { path: Path; message: string }[] {
  return issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key], message: issue.message }))
      : [{ path: issue.path, message: issue.message }],
  );
}

/** Where a value stands, or its key, or what ought to hold it, in characters from the start of the file. */
function offset(document: Document, path: Path): number {
  const parent: unknown = document.getIn(path.slice(0, -1), true);
  const holder = path.length > 1 ? parent : document.contents;
  const pair = isMap(holder)
    ? holder.items.find(({ key }) => isScalar(key) && key.value === path.at(-1))
    : undefined;
  const node: unknown = isScalar(pair?.key) ? pair.key : document.getIn(path, true);
  if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range))
    return Number(node.range[0]);
  return path.length > 0 ? offset(document, path.slice(0, -1)) : 0;
}

function subject(document: Document, path: Path): string {
  const [list, index, ...field] = path;
  if (list === 'DeliveryPath' && typeof field[0] === 'number') {
    const name: unknown = document.getIn(['DeliveryPath', index, field[0], 'Name']);
    const which = typeof name === 'string' ? name : `number ${String(field[0] + 1)}`;
    return `${String(index)} ${which}: ${field.slice(1).map(String).join('.') || 'entry'}`;
  }
  if (list !== 'Trails' || index === undefined) return path.map(String).join('.') || 'file';
  const name: unknown = document.getIn(['Trails', index, 'Name']);
  return `trail ${typeof name === 'string' ? name : `number ${String(Number(index) + 1)}`}: ${field.map(String).join('.') || 'entry'}`;
}

interface Fault {
  readonly offset: number;
  readonly text: string;
}

/** Characters of a fault at most: it may name what the file says at length. */
const LONGEST_FAULT = 1000;

function complain(file: string, lines: LineCounter, faults: readonly Fault[]): BaselineError {
  const inReadingOrder = faults.toSorted((a, b) => a.offset - b.offset);
  const said = inReadingOrder.map((fault) => {
    const { line, col } = lines.linePos(fault.offset);
    return `${file}:${Math.max(line, 1)}:${Math.max(col, 1)} ${oneLine(fault.text, LONGEST_FAULT)}`;
  });
  return new BaselineError(said.join('\n'));
}

/** Aliases can lead nowhere, or multiply without measure: the reader learns that only when it follows them. */
function valueOf(document: Document): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: document.toJS() };
  } catch (error) {
    if (error instanceof ReferenceError) return { fault: error.message };
    throw error;
  }
}

/**
 * Reads a baseline file and fills in what may be left out.
 * Throws a {@link BaselineError} that names every fault in the file, not only the first.
 */
export function parseBaseline(source: string, file: string): Baseline {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const refuse = (faults: readonly Fault[]) => complain(file, lines, faults);
  if (document.errors.length > 0)
    throw refuse(
      document.errors.map(({ code, message, pos }) => ({
        offset: pos[0],
        text: code === 'MULTIPLE_DOCS' ? 'is a second document: keep one' : `is not YAML: ${message}`,
      })),
    );
  const read = valueOf(document);
  if ('fault' in read) throw refuse([{ offset: 0, text: `is not YAML: ${read.fault}` }]);
  const parsed = baseline.safeParse(read.value, { error: explain });
  if (parsed.success) return parsed.data;
  throw refuse(
    faultsOf(parsed.error).map(({ path, message }) => ({
      offset: offset(document, path),
      text: `${subject(document, path)} ${message}`,
    })),
  );
}

/**
 * The JSON Schema by which editors complete and check a baseline file: draft 7, the newest that they all know.
 * https://github.com/redhat-developer/yaml-language-server
 */
export function baselineSchema(): object {
  return { ...z.toJSONSchema(baseline, { io: 'input', target: 'draft-07' }), title: 'Trailkeeper baseline' };
}
