import { structuredPatch } from 'diff';
import type { Baseline } from '../baseline/baseline.ts';
import { BaselineError, parseBaseline } from '../baseline/read.ts';
import { sameBaseline, visible } from './render.ts';
import type { Captured } from './capture.ts';

/** Unchanged lines that are shown around each change, so that one sees which trail it belongs to. */
const CONTEXT = 3;

/**
 * The lines by which one text becomes another: `-` for each removed, `+` for each added, a blank for what stays, and
 * `@@` with the line number before each stretch. Equal texts have none.
 */
export function lineDifference(from: string, to: string): string[] {
  // Stryker disable next-line StringLiteral: nobody is shown the names and headers of the files
  const { hunks } = structuredPatch('', '', from, to, '', '', { context: CONTEXT });
  return hunks.flatMap(({ oldStart, lines }) => [
    `@@ line ${oldStart} @@`,
    ...lines.map((line) => visible(`${line.charAt(0)} ${line.slice(1)}`)),
  ]);
}

/** The baseline that a file declares; undefined where it is no valid one. */
export function presentBaseline(text: string, file: string): Baseline | undefined {
  try {
    return parseBaseline(text, file);
  } catch (error) {
    // Stryker disable next-line ConditionalExpression: there is no other error to pass on, but by a defect
    if (error instanceof BaselineError) return undefined;
    throw error;
  }
}

/**
 * The difference that a capture makes to the file that is there, in lines; none when the file declares the same, be it
 * in another order or with comments of its own.
 */
export function fileDifference(existing: string, { baseline, text }: Captured, file: string): string[] {
  const present = presentBaseline(existing, file);
  return present && sameBaseline(present, baseline) ? [] : lineDifference(existing, text);
}
