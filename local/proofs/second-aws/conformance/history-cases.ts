import {
  type CloudTrailClient,
  LookupEventsCommand,
  type LookupEventsCommandInput,
  StartLoggingCommand,
  StopLoggingCommand,
} from '@aws-sdk/client-cloudtrail';
import { api, arn, type TrailCase, refused, TRAIL } from './trail-case.ts';

const lookUp = async (client: CloudTrailClient, input: LookupEventsCommandInput) =>
  (await client.send(new LookupEventsCommand(input))).Events?.map(({ EventName }) => EventName);

const since = { AttributeKey: 'ResourceName', AttributeValue: TRAIL } as const;

/** LookupEvents. AWS takes a while to show a call: these cases are for an AWS that shows it at once. */
export const HISTORY_CASES: readonly TrailCase[] = [
  {
    operation: 'LookupEvents',
    what: 'shows the calls that named a trail, the newest first',
    documented: ['StopLogging', 'StartLogging'],
    page: api('LookupEvents'),
    run: async (here) => {
      await here.send(new StartLoggingCommand({ Name: TRAIL }));
      await here.send(new StopLoggingCommand({ Name: TRAIL }));
      return (await lookUp(here, { LookupAttributes: [since] }))?.slice(0, 2);
    },
  },
  {
    operation: 'LookupEvents',
    what: 'no more events than asked for',
    documented: ['StartLogging'],
    page: api('LookupEvents'),
    run: async (here) => {
      await here.send(new StartLoggingCommand({ Name: TRAIL }));
      return lookUp(here, { LookupAttributes: [since], MaxResults: 1 });
    },
  },
  {
    operation: 'LookupEvents',
    what: 'the next page',
    documented: ['StartLogging'],
    page: api('LookupEvents'),
    run: async (here) => {
      await here.send(new StartLoggingCommand({ Name: TRAIL }));
      await here.send(new StopLoggingCommand({ Name: TRAIL }));
      const request = { LookupAttributes: [since], MaxResults: 1 };
      const { NextToken } = await here.send(new LookupEventsCommand(request));
      return lookUp(here, { ...request, NextToken });
    },
  },
  refused('LookupEvents', 'two attributes', 'InvalidLookupAttributesException', (here) =>
    lookUp(here, { LookupAttributes: [since, { ...since, AttributeValue: arn() }] }),
  ),
  refused('LookupEvents', '51 results', 'InvalidMaxResultsException', (here) =>
    lookUp(here, { MaxResults: 51 }),
  ),
  refused('LookupEvents', 'a start after the end', 'InvalidTimeRangeException', (here) =>
    lookUp(here, { StartTime: new Date('2026-11-20'), EndTime: new Date('2026-11-19') }),
  ),
];
