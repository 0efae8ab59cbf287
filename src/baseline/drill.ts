import type { Home } from '../kinds/home.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import type { Baseline } from './baseline.ts';

/** What the name of every drill's trail begins with; src/packaging gives the functions that repair the right to restore such. */
export const DRILL_PREFIX = 'trailkeeper-drill-';

/** A drill lasts so long at most, in ms: nobody can name a trail that is defended for longer. */
const LONGEST_DRILL = 60 * 60_000;

/** The name of a drill's trail, which says until when it is one: ms since the epoch, in whole seconds. */
export function drillName(until: number): string {
  return DRILL_PREFIX + new Date(until).toISOString().replaceAll(/[-:]|\.\d+/g, '');
}

/** Until when the name of a trail says that it is a drill's, in ms since the epoch; undefined for any other name. */
export function drillEnd(name: string): number | undefined {
  const said = name.slice(DRILL_PREFIX.length);
  const until = Date.parse(said.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  return !Number.isNaN(until) && drillName(until) === name ? until : undefined;
}

/** Whether a trail is a drill's now: in the hour before the time in its name, never longer. */
export function isInDrill(name: string, now: number): boolean {
  const until = drillEnd(name);
  return until !== undefined && now < until && until - now <= LONGEST_DRILL;
}

/**
 * The bucket of the drills of an account and Region. A name with this end is in the account's own namespace: nobody else can ever have it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/gpbucketnamespaces.html
 */
export function drillBucket({ account, region }: Home): string {
  return `${DRILL_PREFIX}${account}-${region}-an`;
}

/**
 * What a drill's trail is to be, by its name alone. It records nothing of anybody's: data events on objects that nobody writes, in a bucket
 * of its own.
 */
export function drillTrail(name: string, home: Home): Trail {
  const bucket = drillBucket(home);
  return {
    Name: name,
    IsLogging: true,
    S3BucketName: bucket,
    IncludeGlobalServiceEvents: false,
    IsMultiRegionTrail: false,
    EnableLogFileValidation: false,
    IsOrganizationTrail: false,
    RecursiveLogging: true,
    AdvancedEventSelectors: [
      {
        FieldSelectors: [
          { Field: 'eventCategory', Equals: ['Data'] },
          { Field: 'resources.type', Equals: ['AWS::S3::Object'] },
          { Field: 'resources.ARN', StartsWith: [`arn:${home.partition}:s3:::${bucket}/nothing/`] },
        ],
      },
    ],
    InsightSelectors: [],
    AggregationConfigurations: [],
    TagsList: [{ Key: 'trailkeeper', Value: 'drill' }],
  };
}

/**
 * A baseline with those of some trails that are drills' now, declared for that long. Where nothing is declared there is nothing that a drill
 * could show, nor a right to restore its trail.
 */
export function withDrills(baseline: Baseline, names: readonly string[], home: Home, now: number): Baseline {
  const isDeclared = (name: string) => baseline.Trails.some(({ Name }) => Name === name);
  const drills = [...new Set(names)].filter((name) => isInDrill(name, now) && !isDeclared(name));
  if (baseline.Trails.length === 0 || drills.length === 0) return baseline;
  return { ...baseline, Trails: [...baseline.Trails, ...drills.map((name) => drillTrail(name, home))] };
}
