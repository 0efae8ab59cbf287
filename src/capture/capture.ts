import type { Baseline } from '../baseline/baseline.ts';
import { BaselineError, parseBaseline } from '../baseline/read.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import { renderBaseline } from './render.ts';
import { declareDeliveryPath, type Readings, withChoicesOf, withoutRefused } from './declare.ts';
import { reasonFor } from '../foreign/reason.ts';
import { CaptureError } from './capture-error.ts';
import type { Home } from '../kinds/home.ts';
import type { ObservedTrail } from '../kinds/trail/observed.ts';
import type { Part } from '../kinds/trail/fields.ts';
import { trailArn } from '../kinds/trail/reference.ts';

/** The right that reading each part takes. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html */
const READING: Readonly<Record<Part, string>> = {
  logging: 'cloudtrail:GetTrailStatus',
  settings: 'cloudtrail:GetTrail',
  selectors: 'cloudtrail:GetEventSelectors',
  insights: 'cloudtrail:GetInsightSelectors',
  eventConfiguration: 'cloudtrail:GetEventConfiguration',
  tags: 'cloudtrail:ListTags',
};

/** Why a trail cannot be declared, one sentence each: it went away, or a part of it could not be read. */
function obstacles(home: Home, { Name, standing, unread }: ObservedTrail): string[] {
  if (standing === 'missing') return [`Trail ${Name} was deleted while it was read: capture again`];
  if (standing !== 'homed') return [`Trail ${Name} can be changed from its home only: capture it there`];
  return Object.entries(unread).map(([part, errorName]) => {
    const action = READING[part as Part];
    return `Trail ${Name}: its ${part} could not be read: ${reasonFor(errorName, action, trailArn(home, Name))}`;
  });
}

/** What a trail without the optional fields has. */
const BARE: Omit<Trail, 'Name'> = {
  IsLogging: false,
  // Stryker disable next-line StringLiteral: whatever is no name of a bucket is refused
  S3BucketName: '',
  IncludeGlobalServiceEvents: false,
  IsMultiRegionTrail: false,
  EnableLogFileValidation: false,
  IsOrganizationTrail: false,
  RecursiveLogging: true,
  InsightSelectors: [],
  AggregationConfigurations: [],
  TagsList: [],
};

/** The tags of a trail have no order: one is given to them, so that captures of the same trail are the same. */
function declared({ Name, state }: ObservedTrail): Trail {
  const trail = { ...BARE, ...state, Name };
  // Stryker disable next-line EqualityOperator: no key comes twice
  return { ...trail, TagsList: trail.TagsList.toSorted((a, b) => (a.Key < b.Key ? -1 : 1)) };
}

/** What was read of what the trails deliver through, and the file that is there, whose choices stay. */
export interface Surroundings {
  readonly accountAlias?: string | undefined;
  readonly readings?: Readings;
  readonly existing?: Baseline | undefined;
}

/** A baseline and the text of its file. */
export interface Captured {
  readonly baseline: Baseline;
  readonly text: string;
}

/**
 * The baseline that declares these trails just as they are. Throws a {@link CaptureError} that names every part that
 * could not be read, or every value that a baseline does not allow: half a baseline would be one that takes from the
 * trails what it leaves out.
 */
export function captured(
  home: Home,
  observed: readonly ObservedTrail[],
  { accountAlias, readings, existing }: Surroundings = {},
): Captured {
  const faults = observed.flatMap((trail) => obstacles(home, trail));
  if (faults.length > 0) throw new CaptureError(faults.join('\n'));
  const path = readings && declareDeliveryPath(home, [...readings.keys()], readings);
  const text = renderBaseline(
    withoutRefused({
      Account: home.account,
      AccountAlias: accountAlias,
      Region: home.region,
      Trails: observed.map(declared),
      ...(path && { DeliveryPath: withChoicesOf(existing?.DeliveryPath, path) }),
    }),
  );
  try {
    return { baseline: parseBaseline(text, ''), text };
  } catch (error) {
    // Stryker disable next-line ConditionalExpression: there is no other error to pass on, but by a defect
    if (!(error instanceof BaselineError)) throw error;
    // Stryker disable next-line Regex: nothing else in a fault looks like a place
    const said = error.message.replaceAll(/^:\d+:\d+ /gm, '  ');
    throw new CaptureError(
      `What CloudTrail shows is no valid baseline. Change the trail, then capture again:\n${said}`,
    );
  }
}
