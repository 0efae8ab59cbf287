import { TAMPERINGS } from '../kinds/trail/tamperings.ts';

/** Beside the tamperings: what else keeps the events, and who may give it away. */
const RELATED_CALLS = [
  'DeleteEventDataStore',
  'UpdateEventDataStore',
  'StopEventDataStoreIngestion',
  'DeregisterOrganizationDelegatedAdmin',
];

/**
 * What the stack's containment policy denies of CloudTrail to whom it is attached. Its other statements keep it attached:
 * resources/containment.yml
 */
export const DENIED_ACTIONS: readonly string[] = [...Object.keys(TAMPERINGS), ...RELATED_CALLS].map(
  (operation) => `cloudtrail:${operation}`,
);
