import { type CloudTrailClient, DescribeTrailsCommand, type Trail } from '@aws-sdk/client-cloudtrail';
import type { ListedTrail, Listing } from '../capture/choose-trails.ts';

function listed({ Name, TrailARN, HomeRegion, IsOrganizationTrail = false }: Trail): ListedTrail[] {
  return Name && TrailARN && HomeRegion ? [{ Name, TrailARN, HomeRegion, IsOrganizationTrail }] : [];
}

async function describe(client: CloudTrailClient, includeShadowTrails: boolean): Promise<ListedTrail[]> {
  const { trailList = [] } = await client.send(new DescribeTrailsCommand({ includeShadowTrails }));
  return trailList.flatMap(listed);
}

/**
 * All trails that show in the client's Region, those that are homed there told from the shadows of others.
 * Rejects with CloudTrail's own error.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
 */
export async function listTrails(client: CloudTrailClient): Promise<Listing> {
  const [homed, all] = await Promise.all([describe(client, false), describe(client, true)]);
  const own = new Set(homed.map(({ TrailARN }) => TrailARN));
  return { homed, shadows: all.filter(({ TrailARN }) => !own.has(TrailARN)) };
}
