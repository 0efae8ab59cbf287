import { trailArn } from '../kinds/trail/reference.ts';
import type { Report } from './schema.ts';

/** The trails that a report is about, or else the one that its call names. */
export function namedTrails({ trails, call, account, region, partition }: Report) {
  if (trails.length > 0 || !call?.trail) return trails.map(({ name, arn }) => ({ name, arn }));
  return [{ name: call.trail, arn: trailArn({ partition, region, account: account.id }, call.trail) }];
}
