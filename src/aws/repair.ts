import {
  AddTagsCommand,
  type CloudTrailClient,
  CreateTrailCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  RemoveTagsCommand,
  type ServiceOutputTypes as MetadataBearer,
  StartLoggingCommand,
  type Tag as SentTag,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import type { Tag } from '../kinds/trail/schema.ts';
import type { Answer } from '../kinds/kind.ts';
import type { Repair } from '../kinds/trail/repair.ts';
import type { Home } from '../kinds/home.ts';
import { trailArn } from '../kinds/trail/reference.ts';

/** CloudTrail takes no empty tag value: a tag without one leaves it out. */
function tagsList(tags: readonly Tag[]): SentTag[] {
  return tags.map(({ Key, Value }) => (Value === '' ? { Key } : { Key, Value }));
}

function send(client: CloudTrailClient, home: Home, repair: Repair): Promise<MetadataBearer> {
  const { trail } = repair;
  switch (repair.kind) {
    case 'startLogging':
      return client.send(new StartLoggingCommand({ Name: trail }));
    case 'createTrail': {
      const { S3BucketName = '', ...settings } = repair.settings;
      const tags = repair.tags.length > 0 && { TagsList: tagsList(repair.tags) };
      return client.send(new CreateTrailCommand({ Name: trail, S3BucketName, ...settings, ...tags }));
    }
    case 'updateTrail':
      return client.send(new UpdateTrailCommand({ Name: trail, ...repair.settings }));
    case 'putEventSelectors':
      return client.send(new PutEventSelectorsCommand({ TrailName: trail, ...repair.selectors }));
    case 'putInsightSelectors':
      return client.send(
        new PutInsightSelectorsCommand({ TrailName: trail, InsightSelectors: [...repair.selectors] }),
      );
    case 'putEventConfiguration':
      return client.send(
        new PutEventConfigurationCommand({
          TrailName: trail,
          AggregationConfigurations: [...repair.aggregations],
        }),
      );
    case 'addTags':
    case 'removeTags': {
      const tagging = { ResourceId: trailArn(home, trail), TagsList: tagsList(repair.tags) };
      return repair.kind === 'addTags'
        ? client.send(new AddTagsCommand(tagging))
        : client.send(new RemoveTagsCommand(tagging));
    }
  }
}

/** Makes one repair: one request in the words of CloudTrail. Rejects with CloudTrail's own error. */
export async function makeRepair(client: CloudTrailClient, home: Home, repair: Repair): Promise<Answer> {
  const { $metadata } = await send(client, home, repair);
  return { requestId: $metadata.requestId };
}
