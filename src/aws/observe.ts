import type { CloudTrailClient, Trail as LiveTrail } from '@aws-sdk/client-cloudtrail';
import type { Trail } from '../kinds/trail/schema.ts';
import type { Home } from '../kinds/home.ts';
import type { ObservedTrail, Standing, TrailState } from '../kinds/trail/observed.ts';
import { trailArn } from '../kinds/trail/reference.ts';
import {
  errorName,
  isMissing,
  type Reading,
  reading,
  readEventConfiguration,
  readInsights,
  readLogging,
  readSelectors,
  readSettings,
  readTags,
  settingsOf,
} from './readings.ts';

function standingOf(home: Home, { HomeRegion, TrailARN }: LiveTrail): Standing {
  const owner = TrailARN?.split(':')[4] ?? home.account;
  if (owner !== home.account) return 'organization';
  return (HomeRegion ?? home.region) === home.region ? 'homed' : 'elsewhere';
}

/** What is known of a trail before it is read: then it need not be asked for. */
export interface Known {
  readonly live?: LiveTrail;
  /** The tags of this trail and others, by ARN, being read. */
  readonly tags?: Promise<ReadonlyMap<string, Trail['TagsList']>>;
}

async function tagsOf(
  arn: string,
  reads: Promise<ReadonlyMap<string, Trail['TagsList']>>,
): Promise<TrailState> {
  return { TagsList: (await reads).get(arn) ?? [] };
}

/**
 * Reads every part of one trail, all calls at once, so that the whole takes one round trip. A part that cannot be read is
 * named in `unread`.
 */
export async function observeTrail(
  client: CloudTrailClient,
  home: Home,
  name: string,
  known: Known = {},
): Promise<ObservedTrail> {
  const arn = trailArn(home, name);
  const [settings, logging, ...others] = await Promise.all([
    reading('settings', known.live ? Promise.resolve(known.live) : readSettings(client, name)),
    reading('logging', readLogging(client, name)),
    reading('selectors', readSelectors(client, name)),
    reading('insights', readInsights(client, name)),
    reading('eventConfiguration', readEventConfiguration(client, name)),
    reading('tags', tagsOf(arn, known.tags ?? readTags(client, [arn]))),
  ]);
  const readings: readonly Reading<unknown>[] = [settings, logging, ...others];
  if (isMissing(settings) || ('error' in settings && readings.some(isMissing)))
    return { Name: name, standing: 'missing', state: {}, unread: {}, deliveryErrors: [] };
  const live = 'value' in settings ? settings.value : {};
  return {
    Name: name,
    standing: standingOf(home, live),
    owner: [live.TrailARN?.split(':')[4], live.HomeRegion].filter(Boolean).join(' '),
    state: [
      settingsOf(live),
      'value' in logging ? logging.value.state : {},
      ...others.map((other) => ('value' in other ? other.value : {})),
    ].reduce<TrailState>((whole, part) => ({ ...whole, ...part }), {}),
    unread: Object.fromEntries(
      readings.flatMap((read) => ('error' in read ? [[read.part, errorName(read.error)]] : [])),
    ),
    times: 'value' in logging ? logging.value.times : {},
    deliveryErrors: 'value' in logging ? logging.value.deliveryErrors : [],
  };
}

/** Reads whether a trail logs, and nothing else of it. */
export async function observeLogging(client: CloudTrailClient, name: string): Promise<ObservedTrail> {
  const logging = await reading('logging', readLogging(client, name));
  return {
    Name: name,
    standing: isMissing(logging) ? 'missing' : 'homed',
    state: 'value' in logging ? logging.value.state : {},
    unread: 'error' in logging && !isMissing(logging) ? { logging: errorName(logging.error) } : {},
    times: 'value' in logging ? logging.value.times : {},
    deliveryErrors: 'value' in logging ? logging.value.deliveryErrors : [],
  };
}
