import type { Survey } from '../kinds/trail/trails.ts';
import { type CloudTrailClient, DescribeTrailsCommand } from '@aws-sdk/client-cloudtrail';
import type { Home } from '../kinds/home.ts';
import { isHomedAt, trailArn, trailReference } from '../kinds/trail/reference.ts';
import { observeTrail } from './observe.ts';
import { readTags } from './readings.ts';

/**
 * Reads several trails with as few calls as prove equality: one for the settings of all, one for the tags of all, and for each trail
 * its status, its selectors, its Insights and its event configuration. That the list says HasCustomEventSelectors: false or
 * HasInsightSelectors: false is not trusted, for no page says what makes them true: that is two more calls a trail.
 * Rejects when the trails cannot be listed.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
 */
export async function surveyTrails(
  client: CloudTrailClient,
  home: Home,
  names: readonly string[],
): Promise<Survey> {
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails: true }));
  const listed = trailList.flatMap((live) => (live.Name ? [{ ...live, Name: live.Name }] : []));
  const isHere = ({ Name, TrailARN }: { Name: string; TrailARN?: string | undefined }) =>
    isHomedAt(home, trailReference(TrailARN) ?? { Name });
  const homed = listed.filter(isHere);
  const wanted = homed.filter(({ Name }) => names.includes(Name));
  const tags =
    wanted.length > 0
      ? readTags(
          client,
          wanted.map(({ Name }) => trailArn(home, Name)),
        )
      : undefined;
  const observed = wanted.map((live) =>
    observeTrail(client, home, live.Name, { live, ...(tags && { tags }) }),
  );
  return {
    homed: homed.map(({ Name }) => Name),
    shadows: listed.filter((live) => !isHere(live)).map(({ Name, TrailARN = Name }) => TrailARN),
    observed: await Promise.all(observed),
  };
}
