import type { Part } from './fields.ts';

/**
 * The API calls that stop, delete, weaken or redirect a trail: the one list that the rules, the samples, the drill and
 * the README are held to. It gives the alert its verbs; what to repair is never read from it.
 */
export const TAMPERINGS = {
  StopLogging: { deed: 'stopped', story: 'was STOPPED', part: 'logging' },
  DeleteTrail: { deed: 'deleted', story: 'was DELETED', part: 'logging' },
  UpdateTrail: { deed: 'changed', story: 'was CHANGED', part: 'settings' },
  PutEventSelectors: {
    deed: 'selectors changed',
    story: 'had its EVENT SELECTORS changed',
    part: 'selectors',
  },
  PutInsightSelectors: { deed: 'Insights changed', story: 'had its INSIGHTS changed', part: 'insights' },
  PutEventConfiguration: {
    deed: 'aggregation changed',
    story: 'had its EVENT AGGREGATION changed',
    part: 'eventConfiguration',
  },
  AddTags: { deed: 'tagged', story: 'was TAGGED', part: 'tags' },
  RemoveTags: { deed: 'untagged', story: 'was UNTAGGED', part: 'tags' },
  CreateTrail: { deed: 'created', story: 'was CREATED', part: 'settings' },
} as const satisfies Record<string, { deed: string; story: string; part: Part }>;

export type TamperingName = keyof typeof TAMPERINGS;

/** Whether a call of that name could tamper with a trail. */
export function isTamperingName(value: unknown): value is TamperingName {
  return typeof value === 'string' && Object.hasOwn(TAMPERINGS, value);
}
