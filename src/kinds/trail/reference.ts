import type { Home } from '../home.ts';

/** A trail as a caller names it: by its bare name, or by an ARN that also tells where it belongs. */
export interface TrailReference extends Partial<Home> {
  readonly Name: string;
}

const TRAIL_ARN = /^arn:([a-z-]+):cloudtrail:([a-z0-9-]+):(\d{12}):trail\/([A-Za-z0-9._-]{3,128})$/;

const TRAIL_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{1,126}[A-Za-z0-9]$/;

/** Reads a trail's name or ARN as requests carry it; anything else is undefined, and never an error. */
export function trailReference(value: unknown): TrailReference | undefined {
  if (typeof value !== 'string') return undefined;
  // Stryker disable next-line ArrayDeclaration: the first element is passed over
  const [, partition, region, account, Name] = TRAIL_ARN.exec(value) ?? [];
  // Stryker disable next-line ConditionalExpression,LogicalOperator: an ARN has all four or is none; only the compiler does not see it
  if (partition && region && account && Name) return { Name, partition, region, account };
  return TRAIL_NAME.test(value) ? { Name: value } : undefined;
}

/** Whether a reference can mean a trail that is homed here. */
export function isHomedAt(
  home: Pick<Home, 'region' | 'account'>,
  { region, account }: TrailReference,
): boolean {
  return (region ?? home.region) === home.region && (account ?? home.account) === home.account;
}

/** The ARN of a trail homed here. https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html */
export function trailArn({ partition, region, account }: Home, name: string): string {
  return `arn:${partition}:cloudtrail:${region}:${account}:trail/${name}`;
}
