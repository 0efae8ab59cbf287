/** Deeper than any request to CloudTrail; what is deeper was made to break its reader. */
const MOST_LEVELS = 10;

/**
 * A record's request or answer in the words of requests and baselines: records spell members lowerCamel, those PascalCase.
 * Of the tag, Insights and aggregation calls no sample is published: what is spelled as in requests already stays.
 */
export function inRequestWords(value: unknown, levels = MOST_LEVELS): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (levels === 0) return 'too deep to be a request';
  if (Array.isArray(value)) return value.map((item) => inRequestWords(item, levels - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key.charAt(0).toUpperCase() + key.slice(1),
      inRequestWords(member, levels - 1),
    ]),
  );
}
