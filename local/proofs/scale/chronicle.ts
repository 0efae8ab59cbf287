/** What is true of a trail from a moment on, in ms of the clock in force. */
export interface Moment {
  readonly at: number;
  readonly trail: string;
  readonly logging: boolean;
  /** Whether every field is as declared, logging included. */
  readonly whole: boolean;
}

/** A span of time in ms. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Length of a span in ms. */
export const lengthOf = ({ from, until }: Span): number => until - from;

/**
 * The spans within a time in which something was not true of a trail. It counts as true until the chronicle says
 * otherwise; a span that never ended ends with the time.
 */
export function lapses(
  moments: readonly Moment[],
  trail: string,
  truth: 'logging' | 'whole',
  { from, until }: Span,
): Span[] {
  const spans: Span[] = [];
  let since: number | undefined;
  const close = (at: number) => {
    if (since === undefined) return;
    const span = { from: Math.max(since, from), until: Math.min(at, until) };
    if (lengthOf(span) > 0) spans.push(span);
    since = undefined;
  };
  for (const moment of moments.filter((each) => each.trail === trail)) {
    if (moment[truth]) close(moment.at);
    else since ??= moment.at;
  }
  close(until);
  return spans;
}

/** Which share of a time something was true, from its lapses: 0 to 1. */
export function shareOfTime(spans: readonly Span[], time: Span): number {
  return 1 - spans.reduce((sum, span) => sum + lengthOf(span), 0) / lengthOf(time);
}
