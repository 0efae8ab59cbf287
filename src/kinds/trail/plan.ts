import type { Trail } from './schema.ts';
import { drift } from './drift.ts';
import { after, type Repair, type Settings, type SettingsField } from './repair.ts';
import { FIELDS, fields, type Field } from './fields.ts';
import type { ObservedTrail } from './observed.ts';
import { isBusy } from './refusals.ts';

const SETTINGS = fields.filter((field): field is SettingsField => FIELDS[field] === 'settings');

/**
 * CloudTrail takes the fields of a pair only together: a multi-Region trail with global service events, a log group
 * with its role.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail.html,
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/stop-cloudtrail-from-sending-events-to-cloudwatch-logs.html
 */
const PAIRS: readonly (readonly SettingsField[])[] = [
  ['IsMultiRegionTrail', 'IncludeGlobalServiceEvents'],
  ['CloudWatchLogsLogGroupArn', 'CloudWatchLogsRoleArn'],
];

function settings(declared: Trail, only: readonly SettingsField[]): Settings {
  return Object.fromEntries(only.map((field) => [field, declared[field] ?? '']));
}

/**
 * The parts whose reading somebody may have kept from being answered, by using up the quota: what is declared of them is sent blind,
 * for a throttled reading must not keep a redirect alive.
 */
function unanswered({ unread }: ObservedTrail): string[] {
  return Object.entries(unread).flatMap(([part, name]) => (isBusy({ name }) ? [part] : []));
}

function changedSettings(declared: Trail, observed: ObservedTrail): Settings {
  if (unanswered(observed).includes('settings')) return settings(declared, SETTINGS);
  const drifted = new Set<Field>(drift(declared, observed).map(({ field }) => field));
  const partners = PAIRS.filter((pair) => pair.some((field) => drifted.has(field))).flat();
  return settings(
    declared,
    SETTINGS.filter((field) => drifted.has(field) || partners.includes(field)),
  );
}

/** Logging before everything: an imperfect log beats no log. */
export function startLogging(trail: string): Repair {
  return { kind: 'startLogging', trail };
}

/**
 * The trail again, under its own name, with all that CreateTrail can carry. Absent settings are left out, for
 * CreateTrail has nothing to clear.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
 */
export function createTrail(declared: Trail): Repair {
  const given = SETTINGS.filter((field) => declared[field] !== undefined);
  return {
    kind: 'createTrail',
    trail: declared.Name,
    settings: settings(declared, given),
    tags: declared.TagsList,
  };
}

function tagRepairs(declared: Trail, observed: ObservedTrail): Repair[] {
  const trail = declared.Name;
  const live = observed.state.TagsList ?? [];
  const wrong = declared.TagsList.filter(
    ({ Key, Value }) => !live.some((tag) => tag.Key === Key && tag.Value === Value),
  );
  const strange = live.filter(({ Key }) => !declared.TagsList.some((tag) => tag.Key === Key));
  // Strange tags go first: a trail holds 50, and an intruder may have filled them.
  return [
    ...(strange.length > 0 ? [{ kind: 'removeTags', trail, tags: strange } as const] : []),
    ...(wrong.length > 0 ? [{ kind: 'addTags', trail, tags: wrong } as const] : []),
  ];
}

function repairsOfLiveTrail(declared: Trail, observed: ObservedTrail): Repair[] {
  const trail = declared.Name;
  const drifted = drift(declared, observed).map(({ field }) => FIELDS[field]);
  const parts = new Set<string>([...drifted, ...unanswered(observed)]);
  const { EventSelectors, AdvancedEventSelectors } = declared;
  return [
    ...(declared.IsLogging && parts.has('logging') ? [startLogging(trail)] : []),
    ...(parts.has('settings')
      ? [{ kind: 'updateTrail', trail, settings: changedSettings(declared, observed) } as const]
      : []),
    ...(parts.has('selectors')
      ? [
          {
            kind: 'putEventSelectors',
            trail,
            selectors: AdvancedEventSelectors ? { AdvancedEventSelectors } : { EventSelectors },
          } as const,
        ]
      : []),
    ...(parts.has('insights')
      ? [{ kind: 'putInsightSelectors', trail, selectors: declared.InsightSelectors } as const]
      : []),
    ...(parts.has('eventConfiguration')
      ? [{ kind: 'putEventConfiguration', trail, aggregations: declared.AggregationConfigurations } as const]
      : []),
    ...(parts.has('tags') ? tagRepairs(declared, observed) : []),
  ];
}

/**
 * The repairs that make the live trail equal its declaration, in the order to make them: a missing trail is created,
 * logging comes first. A trail whose home is elsewhere gets none, for AWS would refuse them.
 */
export function plan(declared: Trail, observed: ObservedTrail): Repair[] {
  switch (observed.standing) {
    case 'homed':
      return repairsOfLiveTrail(declared, observed);
    case 'missing': {
      const create = createTrail(declared);
      return [create, ...repairsOfLiveTrail(declared, after(create, observed))];
    }
    case 'elsewhere':
    case 'organization':
      return [];
  }
}

/**
 * The no-change that makes CloudTrail look at the bucket again: it checks the bucket with every UpdateTrail. Made when a
 * trail that is as declared cannot deliver; a refusal then sends it into the emergency sink.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
 */
export function probeBucket(declared: Trail, { standing, state, deliveryErrors }: ObservedTrail): Repair[] {
  const { Name: trail, S3BucketName } = declared;
  const isFailing = deliveryErrors.some((error) => error.includes('S3'));
  if (standing !== 'homed' || !isFailing || state.S3BucketName !== S3BucketName) return [];
  return [{ kind: 'updateTrail', trail, settings: { S3BucketName } }];
}
