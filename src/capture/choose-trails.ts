import { CaptureError } from './capture-error.ts';
import type { Home } from '../kinds/home.ts';
import { trailReference } from '../kinds/trail/reference.ts';

/** A trail as DescribeTrails lists it. */
export interface ListedTrail {
  readonly Name: string;
  readonly TrailARN: string;
  readonly HomeRegion: string;
  readonly IsOrganizationTrail: boolean;
}

/** What shows in one Region: the trails of this account and Region, and the shadows of others. */
export interface Listing {
  readonly homed: readonly ListedTrail[];
  readonly shadows: readonly ListedTrail[];
}

/** The trails to capture, in the order of their names, and where they are homed. */
export interface Choice {
  readonly home: Home;
  readonly names: readonly string[];
  /** Why each shadow is left out, a sentence each. */
  readonly skipped: readonly string[];
}

/**
 * Why a shadow cannot be captured here, and where it can. Only its home Region accepts changes to a trail, only the
 * management account those to an organisation trail.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
 */
function reasonToSkip(
  { Name, TrailARN, HomeRegion, IsOrganizationTrail }: ListedTrail,
  own?: string,
): string {
  const owner = trailReference(TrailARN)?.account ?? 'another account';
  if (IsOrganizationTrail && owner !== own)
    return `${Name} is an organisation trail of account ${owner}, homed in ${HomeRegion}: capture it there`;
  return `${Name} is homed in ${HomeRegion}: capture it with --region ${HomeRegion}, for a stage of its own`;
}

const names = (trails: readonly ListedTrail[]): string => trails.map(({ Name }) => Name).join(', ');

/**
 * Chooses the trails that are homed in a Region, or those of them that are wanted. Throws a {@link CaptureError} when
 * none is homed there, and when a wanted one is not.
 */
export function chooseTrails({ homed, shadows }: Listing, region: string, wanted: readonly string[]): Choice {
  // A member's own trail tells its account; an organisation trail has the management account's id, wherever it is seen.
  const sample = homed.find(({ IsOrganizationTrail }) => !IsOrganizationTrail) ?? homed[0];
  const { partition, account } = trailReference(sample?.TrailARN) ?? {};
  const skipped = shadows.map((shadow) => reasonToSkip(shadow, account));
  // Stryker disable next-line LogicalOperator: an ARN has both or is none; only the compiler does not see it
  if (!partition || !account)
    throw new CaptureError(
      [
        `No trail of this account is homed in ${region}: there is nothing to capture.`,
        ...skipped.map((reason) => `  ${reason}`),
        shadows.length > 0
          ? 'Give the home Region of a trail with --region.'
          : 'Create a trail first (aws cloudtrail create-trail), or give another Region with --region.',
      ].join('\n'),
    );
  const unknown = wanted.filter((name) => !homed.some(({ Name }) => Name === name));
  if (unknown.length > 0)
    throw new CaptureError(
      [
        `Not homed in ${region} of account ${account}: ${unknown.join(', ')}. There is ${names(homed)}.`,
        ...shadows
          .filter(({ Name }) => unknown.includes(Name))
          .map((shadow) => `  ${reasonToSkip(shadow, account)}`),
      ].join('\n'),
    );
  return {
    home: { partition, region, account },
    names: homed
      .map(({ Name }) => Name)
      .filter((name) => wanted.length === 0 || wanted.includes(name))
      .sort(),
    skipped,
  };
}
