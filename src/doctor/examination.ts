import { DEPLOYMENT_CHECKS } from './deployment.ts';
import type { Examined } from './examined.ts';
import type { Check, Finding } from './finding.ts';
import { OPERATION_CHECKS } from './operation.ts';
import { PART_CHECKS } from './parts.ts';
import { TRAIL_CHECKS } from './trails.ts';

/** Every question, in the order in which a person would ask. */
export const CHECKS: readonly Check[] = [
  ...DEPLOYMENT_CHECKS,
  ...TRAIL_CHECKS,
  ...PART_CHECKS,
  ...OPERATION_CHECKS,
];

/** A finding, beside the question that it answers. */
export interface Answer extends Finding {
  readonly question: string;
}

/** The answers to all questions; what is found twice is said once. */
export function examine(examined: Examined): Answer[] {
  const all = CHECKS.flatMap(({ question, answer }) =>
    answer(examined).map((finding): Answer => ({ question, ...finding })),
  );
  const seen = new Set<string>();
  return all.filter(({ question, why }) => {
    const said = `${question}\n${why}`;
    return !seen.has(said) && seen.add(said);
  });
}
