import type { EventSelector } from './selector-schema.ts';

/**
 * What a trail records when nobody chose selectors: all management events, no data events.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
 */
export const DEFAULT_EVENT_SELECTORS: readonly EventSelector[] = [
  {
    ReadWriteType: 'All',
    IncludeManagementEvents: true,
    DataResources: [],
    ExcludeManagementEventSources: [],
  },
];
