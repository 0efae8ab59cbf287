import {
  type AdvancedEventSelector,
  type CloudTrailClient,
  type EventSelector,
  GetEventSelectorsCommand,
  PutEventSelectorsCommand,
} from '@aws-sdk/client-cloudtrail';
import { api, arn, type TrailCase, refused, TRAIL } from './trail-case.ts';

const DEFAULT: EventSelector = {
  ReadWriteType: 'All',
  IncludeManagementEvents: true,
  DataResources: [],
  ExcludeManagementEventSources: [],
};
const WRITES: EventSelector = { ...DEFAULT, ReadWriteType: 'WriteOnly' };
const READS: EventSelector = { ...DEFAULT, ReadWriteType: 'ReadOnly' };
const MANAGEMENT: AdvancedEventSelector = {
  Name: 'management',
  FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }],
};

interface Selectors {
  EventSelectors?: EventSelector[];
  AdvancedEventSelectors?: AdvancedEventSelector[];
}

const put = (client: CloudTrailClient, selectors: Selectors, TrailName = TRAIL) =>
  client.send(new PutEventSelectorsCommand({ TrailName, ...selectors }));

/** The selectors as read; a dialect without any is left out. */
async function selectors(client: CloudTrailClient, TrailName = TRAIL): Promise<Selectors> {
  const { EventSelectors = [], AdvancedEventSelectors = [] } = await client.send(
    new GetEventSelectorsCommand({ TrailName }),
  );
  return {
    ...(EventSelectors.length > 0 && { EventSelectors }),
    ...(AdvancedEventSelectors.length > 0 && { AdvancedEventSelectors }),
  };
}

/** The selectors after each of several calls replaced those before. */
const replacing = (what: string, ...sets: readonly [Selectors, Selectors]): TrailCase => ({
  operation: 'PutEventSelectors',
  what,
  documented: sets[1],
  page: api('PutEventSelectors'),
  run: async (here) => {
    for (const set of sets) await put(here, set);
    return selectors(here);
  },
});

const invalid = (what: string, set: Selectors): TrailCase =>
  refused('PutEventSelectors', what, 'InvalidEventSelectorsException', (here) => put(here, set));

/** PutEventSelectors and GetEventSelectors. */
export const SELECTOR_CASES: readonly TrailCase[] = [
  replacing(
    'a new set replaces the whole old one',
    { EventSelectors: [WRITES] },
    { EventSelectors: [READS] },
  ),
  replacing(
    'advanced ones replace the basic ones',
    { EventSelectors: [WRITES] },
    { AdvancedEventSelectors: [MANAGEMENT] },
  ),
  replacing(
    'basic ones replace the advanced ones',
    { AdvancedEventSelectors: [MANAGEMENT] },
    { EventSelectors: [WRITES] },
  ),
  {
    operation: 'PutEventSelectors',
    what: 'by ARN',
    documented: { EventSelectors: [WRITES] },
    page: api('PutEventSelectors'),
    run: async (here) => {
      await put(here, { EventSelectors: [WRITES] }, arn());
      return selectors(here);
    },
  },
  {
    operation: 'PutEventSelectors',
    what: 'what a selector does not say is filled in with the defaults',
    documented: { EventSelectors: [WRITES] },
    page: api('EventSelector'),
    run: async (here) => {
      await put(here, { EventSelectors: [{ ReadWriteType: 'WriteOnly' }] });
      return selectors(here);
    },
  },
  invalid('no selector', { EventSelectors: [] }),
  invalid('251 data resources', {
    EventSelectors: [
      {
        ...DEFAULT,
        DataResources: [
          {
            Type: 'AWS::S3::Object',
            Values: Array.from({ length: 251 }, (_, index) => `arn:aws:s3:::example-${index}/`),
          },
        ],
      },
    ],
  }),
  invalid('CloudTrail itself excluded', {
    EventSelectors: [{ ...DEFAULT, ExcludeManagementEventSources: ['cloudtrail.amazonaws.com'] }],
  }),
  invalid('six selectors', { EventSelectors: Array<EventSelector>(6).fill(WRITES) }),
  invalid('a ReadWriteType of `read-only`', {
    EventSelectors: [{ ReadWriteType: 'read-only' as 'ReadOnly' }],
  }),
  refused('PutEventSelectors', 'no such trail', 'TrailNotFoundException', (here) =>
    put(here, { EventSelectors: [WRITES] }, 'no-such-trail'),
  ),
  {
    operation: 'GetEventSelectors',
    what: 'a new trail records all management events and no data events',
    documented: { EventSelectors: [DEFAULT] },
    page: api('PutEventSelectors'),
    run: (here) => selectors(here),
  },
  {
    operation: 'GetEventSelectors',
    what: 'by ARN',
    documented: { AdvancedEventSelectors: [MANAGEMENT] },
    page: api('GetEventSelectors'),
    run: async (here) => {
      await put(here, { AdvancedEventSelectors: [MANAGEMENT] });
      return selectors(here, arn());
    },
  },
  refused('GetEventSelectors', 'no such trail', 'TrailNotFoundException', (here) =>
    selectors(here, 'no-such-trail'),
  ),
];
