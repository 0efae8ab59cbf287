import { createHash } from 'node:crypto';
import type { Baseline } from './baseline.ts';

/** What a baseline says, as a SHA-256 in hexadecimal: comments and the order of lines are not in it. `none` for none. */
export function digestOf(baseline: Baseline | undefined): string {
  return baseline ? createHash('sha256').update(JSON.stringify(baseline)).digest('hex') : 'none';
}
