import {
  AddTagsCommand,
  type CloudTrailClient,
  ListTagsCommand,
  RemoveTagsCommand,
  type Tag,
} from '@aws-sdk/client-cloudtrail';
import { api, arn, type TrailCase, refused, TRAIL } from './trail-case.ts';

const OWNER: Tag = { Key: 'owner', Value: 'security' };

const add = (client: CloudTrailClient, TagsList: Tag[], ResourceId = arn()) =>
  client.send(new AddTagsCommand({ ResourceId, TagsList }));

const remove = (client: CloudTrailClient, TagsList: Tag[], ResourceId = arn()) =>
  client.send(new RemoveTagsCommand({ ResourceId, TagsList }));

const tags = async (client: CloudTrailClient, id = arn()) =>
  (await client.send(new ListTagsCommand({ ResourceIdList: [id] }))).ResourceTagList?.[0]?.TagsList;

/** Each of the three tag calls, made for a trail by something else than the ARN of one. */
const misnamed = [
  ['a name instead of an ARN', TRAIL, 'CloudTrailARNInvalidException'],
  ['no such trail', arn('no-such-trail'), 'ResourceNotFoundException'],
] as const;

/** AddTags, RemoveTags and ListTags. */
export const TAG_CASES: readonly TrailCase[] = [
  {
    operation: 'AddTags',
    what: 'overwrites the value of a key that is there',
    documented: [{ Key: 'owner', Value: 'platform' }],
    page: api('AddTags'),
    trail: { TagsList: [OWNER] },
    run: async (here) => {
      await add(here, [{ Key: 'owner', Value: 'platform' }]);
      return tags(here);
    },
  },
  refused('AddTags', 'a key that starts with `aws:`', 'InvalidTagParameterException', (here) =>
    add(here, [{ Key: 'aws:owner', Value: 'mallory' }]),
  ),
  refused('AddTags', 'a key twice', 'InvalidTagParameterException', (here) => add(here, [OWNER, OWNER])),
  {
    operation: 'RemoveTags',
    what: 'by key',
    documented: [OWNER],
    page: api('RemoveTags'),
    trail: { TagsList: [OWNER, { Key: 'added', Value: 'later' }] },
    run: async (here) => {
      await remove(here, [{ Key: 'added' }]);
      return tags(here);
    },
  },
  {
    operation: 'ListTags',
    what: 'a trail without tags',
    documented: [],
    page: api('ListTags'),
    run: async (here) => (await tags(here)) ?? [],
  },
  ...misnamed.flatMap(([what, id, documented]): readonly TrailCase[] => [
    refused('AddTags', what, documented, (here) => add(here, [OWNER], id)),
    refused('RemoveTags', what, documented, (here) => remove(here, [OWNER], id)),
    refused('ListTags', what, documented, (here) => tags(here, id)),
  ]),
];
