import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import type { CloudTrailAccount, Run, Tag, Trail } from './trail.ts';
import { changeableTrail } from './trail.ts';

/** Tags as requests carry them. */
export const tagList = z.array(z.object({ Key: z.string().min(1), Value: z.string().optional() }));

const mostTags = 50;

/** The tags themselves, or `InvalidTagParameterException` / `TagsLimitExceededException`. */
export function checkTags(tags: readonly Tag[]): readonly Tag[] {
  const keys = tags.map((tag) => tag.Key);
  const invalid =
    keys.find((key) => key.length > 128 || /^aws:/i.test(key)) ??
    keys.find((key, i) => keys.indexOf(key) !== i);
  if (invalid !== undefined)
    throw new AwsError('InvalidTagParameterException', `Tag key is not valid: ${invalid}`);
  if (tags.some((tag) => (tag.Value?.length ?? 0) > 256)) {
    throw new AwsError('InvalidTagParameterException', 'A tag value is longer than 256 characters.');
  }
  if (tags.length > mostTags) {
    throw new AwsError('TagsLimitExceededException', `A trail may have ${mostTags} tags.`);
  }
  return tags;
}

/**
 * Adds tags, or overwrites the values of keys that are there; by ARN only.
 *
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
 */
export const addTags: Run = (cloud, region, input) => {
  const request = readRequest(z.object({ ResourceId: z.string(), TagsList: tagList }), input);
  const trail = taggedTrail(cloud, region, request.ResourceId);
  const added = checkTags(request.TagsList);
  const kept = trail.tags.filter((tag) => !added.some(({ Key }) => Key === tag.Key));
  cloud.trails.set(trail.arn, { ...trail, tags: checkTags([...kept, ...added]) });
  return {};
};

/** Removes tags by key; keys that are not there are no error. */
export const removeTags: Run = (cloud, region, input) => {
  const request = readRequest(z.object({ ResourceId: z.string(), TagsList: tagList }), input);
  const trail = taggedTrail(cloud, region, request.ResourceId);
  const removed = checkTags(request.TagsList).map((tag) => tag.Key);
  cloud.trails.set(trail.arn, { ...trail, tags: trail.tags.filter((tag) => !removed.includes(tag.Key)) });
  return {};
};

/** The tags of up to 20 trails, on one page. */
export const listTags: Run = (cloud, _region, input) => {
  const { ResourceIdList: arns } = readRequest(z.object({ ResourceIdList: z.array(z.string()) }), input);
  if (arns.length > 20)
    throw new AwsError('InvalidParameterException', 'At most 20 resources may be listed.');
  return {
    ResourceTagList: arns.map((arn) => ({ ResourceId: arn, TagsList: knownByArn(cloud, arn).tags })),
  };
};

function taggedTrail(cloud: CloudTrailAccount, region: string, arn: string): Trail {
  return changeableTrail(cloud, region, knownByArn(cloud, arn).arn);
}

function knownByArn(cloud: CloudTrailAccount, arn: string): Trail {
  if (!/^arn:aws[\w-]*:cloudtrail:[^:]+:\d{12}:trail\//.test(arn)) {
    throw new AwsError('CloudTrailARNInvalidException', `Tags are read and changed by ARN only: ${arn}`);
  }
  const trail = cloud.trails.get(arn);
  if (!trail) throw new AwsError('ResourceNotFoundException', `Unknown resource: ${arn}`);
  return trail;
}
