import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import type { Operation } from '../iam/call.ts';
import { readRequest } from '../wire/request-shape.ts';

const entryShape = z.object({
  EventBusName: z.string(),
  Source: z.string(),
  DetailType: z.string().max(128),
  Detail: z.string(),
  Resources: z.array(z.string()).default([]),
});

/** An event that was put on a bus of the organisation. */
export type PutEvent = z.infer<typeof entryShape>;

const putRequest = z.object({ Entries: z.array(entryShape).min(1).max(10) });

const mostBytes = 262_144;

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
function faultOf({ Source, DetailType, Detail, Resources }: PutEvent) {
  if (Source.startsWith('aws.'))
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  const bytes = [Source, DetailType, Detail, ...Resources].reduce(
    (sum, each) => sum + Buffer.byteLength(each),
    0,
  );
  if (bytes > mostBytes) return { ErrorCode: 'ValidationException', ErrorMessage: 'The entry is too large.' };
  try {
    z.looseObject({}).parse(JSON.parse(Detail));
    return undefined;
  } catch {
    return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
}

/** EventBridge's PutEvents: what is not taken is answered entry by entry, the rest is kept in `events`. */
export function putEvents(events: PutEvent[]): Operation {
  return {
    name: 'PutEvents',
    mutating: false,
    perSecond: undefined,
    rights: ({ input }) =>
      readRequest(putRequest, input, 'ValidationException').Entries.map(({ EventBusName }) => ({
        action: 'events:PutEvents',
        resource: EventBusName,
      })),
    denial: ({ principal }, { action, resource }) =>
      new AwsError(
        'AccessDeniedException',
        `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${resource}`,
      ),
    failure: (fault) => new AwsError(fault, `${fault} was injected into PutEvents.`),
    run: ({ input }) => {
      const { Entries } = readRequest(putRequest, input, 'ValidationException');
      const answers = Entries.map((entry) => {
        const fault = faultOf(entry);
        if (!fault) events.push(entry);
        return fault ?? { EventId: randomUUID() };
      });
      return { FailedEntryCount: answers.filter((answer) => 'ErrorCode' in answer).length, Entries: answers };
    },
  };
}
