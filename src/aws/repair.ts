import {
  AddTagsCommand,
  type CloudTrailClient,
  CreateTrailCommand,
  PutEventConfigurationCommand,
  PutEventSelectorsCommand,
  PutInsightSelectorsCommand,
  RemoveTagsCommand,
  StartLoggingCommand,
  type Tag as SentTag,
  UpdateTrailCommand,
} from '@aws-sdk/client-cloudtrail';
import type { Tag } from '../baseline/baseline.ts';
import type { Repair } from '../kinds/trail/repair.ts';
import { type Home, trailArn } from '../kinds/trail/trail.ts';

/** CloudTrail takes no empty tag value: a tag without one leaves it out. */
function tagsList(tags: readonly Tag[]): SentTag[] {
  return tags.map(({ Key, Value }) => (Value === '' ? { Key } : { Key, Value }));
}

/** Makes one repair: one request in the words of CloudTrail. Rejects with CloudTrail's own error. */
export async function makeRepair(client: CloudTrailClient, home: Home, repair: Repair): Promise<void> {
  const { trail } = repair;
  switch (repair.kind) {
    case 'startLogging':
      await client.send(new StartLoggingCommand({ Name: trail }));
      return;
    case 'createTrail': {
      const { S3BucketName = '', ...settings } = repair.settings;
      await client.send(
        new CreateTrailCommand({
          Name: trail,
          S3BucketName,
          ...settings,
          ...(repair.tags.length > 0 && { TagsList: tagsList(repair.tags) }),
        }),
      );
      return;
    }
    case 'updateTrail':
      await client.send(new UpdateTrailCommand({ Name: trail, ...repair.settings }));
      return;
    case 'putEventSelectors':
      await client.send(new PutEventSelectorsCommand({ TrailName: trail, ...repair.selectors }));
      return;
    case 'putInsightSelectors':
      await client.send(
        new PutInsightSelectorsCommand({ TrailName: trail, InsightSelectors: [...repair.selectors] }),
      );
      return;
    case 'putEventConfiguration':
      await client.send(
        new PutEventConfigurationCommand({
          TrailName: trail,
          AggregationConfigurations: [...repair.aggregations],
        }),
      );
      return;
    case 'addTags':
      await client.send(
        new AddTagsCommand({ ResourceId: trailArn(home, trail), TagsList: tagsList(repair.tags) }),
      );
      return;
    case 'removeTags':
      await client.send(
        new RemoveTagsCommand({ ResourceId: trailArn(home, trail), TagsList: tagsList(repair.tags) }),
      );
      return;
  }
}
