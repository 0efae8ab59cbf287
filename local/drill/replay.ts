import {
  AddTagsCommand,
  type CloudTrailClient,
  CreateTrailCommand,
  DeleteTrailCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  RemoveTagsCommand,
  StopLoggingCommand,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import { z } from 'zod';
import { inRequestWords } from '../../src/foreign/recorded.ts';
import type { TamperingName } from '../../src/kinds/trail/tamperings.ts';

/** A recorded call, as far as it takes to make it again. */
const sample = z.looseObject({
  detail: z.looseObject({ eventName: z.string(), requestParameters: z.record(z.string(), z.unknown()) }),
});

type Send = (client: CloudTrailClient, input: never) => Promise<unknown>;

const SEND: Readonly<Record<TamperingName, Send>> = {
  StopLogging: (client, input) => client.send(new StopLoggingCommand(input)),
  DeleteTrail: (client, input) => client.send(new DeleteTrailCommand(input)),
  UpdateTrail: (client, input) => client.send(new UpdateTrailCommand(input)),
  PutEventSelectors: (client, input) => client.send(new PutEventSelectorsCommand(input)),
  PutInsightSelectors: (client, input) => client.send(new PutInsightSelectorsCommand(input)),
  PutEventConfiguration: (client, input) => client.send(new PutEventConfigurationCommand(input)),
  AddTags: (client, input) => client.send(new AddTagsCommand(input)),
  RemoveTags: (client, input) => client.send(new RemoveTagsCommand(input)),
  CreateTrail: (client, input) => client.send(new CreateTrailCommand(input)),
};

/** Whether an event records a call that can be made again. */
export function isReplayable(event: unknown): boolean {
  const { success, data } = sample.safeParse(event);
  return success && Object.hasOwn(SEND, data.detail.eventName);
}

/**
 * Makes the call that a sample event records. Throws an Error for an event that records no tampering, and what
 * CloudTrail answers.
 */
export async function replay(client: CloudTrailClient, event: unknown): Promise<void> {
  const { detail } = sample.parse(event);
  if (!Object.hasOwn(SEND, detail.eventName))
    throw new Error(`${detail.eventName} is no tampering with a trail`);
  await SEND[detail.eventName as TamperingName](client, inRequestWords(detail.requestParameters) as never);
}
