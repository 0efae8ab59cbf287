import type { Baseline, Declaration, DeliveryPath } from '../baseline/baseline.ts';
import type { Destination } from '../baseline/delivery-path.ts';
import { refusedDestinations } from '../baseline/destinations.ts';
import { declarations } from '../baseline/schema.ts';
import { asRecord, asTexts } from '../foreign/values.ts';
import type { Home } from '../kinds/home.ts';
import { grantsToOthers } from '../kinds/key/grants.ts';
import { isShared } from '../kinds/key/shared.ts';
import { kindOf } from '../kinds/kinds.ts';
import { readPolicy } from '../kinds/policy.ts';
import { normal, type ObservedResource } from '../kinds/resource.ts';

type NotWatched = NonNullable<DeliveryPath['NotWatched']>[number];

/** Why something cannot be guarded from here, as its ARN tells; a bucket's name and a role's Region tell nothing. */
export function reasonElsewhere({ account, region }: Home, { said }: Destination): string | undefined {
  const [, , , place, owner] = said.split(':');
  if (owner && owner !== account) return `It is in account ${owner}: guard it there.`;
  return place && place !== region ? `It is in ${place}: this file is for ${region}.` : undefined;
}

const STANDINGS = {
  missing: 'There is none of that name.',
  foreign: 'It belongs to another account: guard it there.',
} as const;

/** A policy that an API shows as text, as a value that people can read. */
function legible(value: unknown): unknown {
  const policy = typeof value === 'string' ? readPolicy(value) : undefined;
  return policy && !policy.isUnreadable ? (JSON.parse(String(value)) as unknown) : value;
}

/** What a reading shows, in the form in which a file declares it; what is left out is not guarded. */
function shown(kind: string, state: ObservedResource['state'], home: Home): Record<string, unknown> {
  switch (kind) {
    case 'bucket': {
      const { ACL, Policy, ...others } = state;
      const rules = JSON.stringify(others['OwnershipControls'] ?? '');
      // Where the owner owns all, the access control list says nothing.
      return { ...others, Policy: legible(Policy), ...(!rules.includes('BucketOwnerEnforced') && { ACL }) };
    }
    case 'key': {
      const { AliasName, RotationPeriodInDays, KeyRotationEnabled, Policy, Grants, ...others } = state;
      // Of several aliases none is known to be the one that matters.
      const [alias, ...more] = asTexts(AliasName);
      return {
        ...others,
        KeyRotationEnabled,
        Policy: legible(Policy),
        ...(Grants !== undefined && { Grants: grantsToOthers(Grants, home) }),
        ...(isShared(Policy, home) && { Shared: true }),
        ...(KeyRotationEnabled === true && { RotationPeriodInDays }),
        ...(more.length === 0 && { AliasName: alias }),
      };
    }
    case 'role': {
      const { Policies, AssumeRolePolicyDocument, ...others } = state;
      const inline = Object.entries(asRecord(Policies)).map(([name, policy]) => [name, legible(policy)]);
      return {
        ...others,
        AssumeRolePolicyDocument: legible(AssumeRolePolicyDocument),
        ...(Policies !== undefined && { Policies: Object.fromEntries(inline) as unknown }),
      };
    }
    case 'topic':
      return { ...state, Policy: legible(state['Policy']) };
    default:
      return { ...state };
  }
}

/** The declaration of one resource just as it is, and what of it is not guarded, with the reason. */
function declare(
  { list, kind, name }: Destination,
  { state, unread }: ObservedResource,
  home: Home,
): { readonly declaration: Declaration; readonly notWatched: NotWatched[] } {
  const { fields } = kindOf({ kind });
  const values = shown(kind, state, home);
  const said = Object.keys({ ...fields, Shared: true }).flatMap((field) => {
    if (unread[field] !== undefined) return [];
    const value = values[field];
    if (normal(value) !== undefined || Array.isArray(value)) return [[field, value] as const];
    // What is not there is declared not to be there, so that it is drift when somebody adds it.
    return fields[field]?.mayBeAbsent ? [[field, null] as const] : [];
  });
  const notWatched = Object.entries(unread).map(([field, reason]) => ({
    Name: name,
    Reason: `${field} could not be read: ${String(reason)}`,
  }));
  const declared = Object.fromEntries(said);
  const parsed = declarations[list].safeParse({ Name: name, ...declared });
  const faults = parsed.success ? [] : parsed.error.issues;
  const refused = new Set(faults.map(({ path }) => String(path[0])));
  const sound = Object.fromEntries(said.filter(([field]) => !refused.has(field)));
  return {
    declaration: { Name: name, watch: 'enforce', ...sound },
    notWatched: [
      ...notWatched,
      ...faults.map(({ path, message }) => ({
        Name: name,
        Reason: `${path.map(String).join('.')} ${message}`,
      })),
    ],
  };
}

/** What was read of each destination; what lies elsewhere was not. */
export type Readings = ReadonlyMap<Destination, ObservedResource | undefined>;

/**
 * The delivery path of some trails just as it is. What cannot be guarded from here stands under NotWatched with the reason: it is no reason not
 * to guard the rest.
 */
export function declareDeliveryPath(
  home: Home,
  destinations: readonly Destination[],
  readings: Readings,
): DeliveryPath {
  const lists: Record<string, Declaration[]> = {};
  const NotWatched: NotWatched[] = [];
  for (const destination of destinations) {
    const elsewhere = reasonElsewhere(home, destination);
    const reading = readings.get(destination);
    if (elsewhere !== undefined || reading === undefined)
      NotWatched.push({ Name: destination.said, Reason: elsewhere ?? 'It was not read.' });
    else if (reading.standing !== 'here')
      NotWatched.push({ Name: destination.name, Reason: STANDINGS[reading.standing] });
    else {
      const { declaration, notWatched } = declare(destination, reading, home);
      (lists[destination.list] ??= []).push(declaration);
      NotWatched.push(...notWatched);
    }
  }
  return { ...lists, ...(NotWatched.length > 0 && { NotWatched }) };
}

/** A baseline without the declarations that would put back what CloudTrail refuses: each is named, with the reason. */
export function withoutRefused(baseline: Baseline): Baseline {
  const { DeliveryPath } = baseline;
  const refused = refusedDestinations(baseline);
  if (!DeliveryPath || refused.length === 0) return baseline;
  const Buckets = DeliveryPath.Buckets?.map((bucket, index) =>
    refused.some(({ path }) => path[2] === index) ? { ...bucket, Policy: undefined } : bucket,
  );
  const added = refused.map(({ path, message }) => ({
    Name: DeliveryPath.Buckets?.[Number(path[2])]?.Name ?? '',
    Reason: `Policy ${message}`,
  }));
  return {
    ...baseline,
    DeliveryPath: { ...DeliveryPath, Buckets, NotWatched: [...(DeliveryPath.NotWatched ?? []), ...added] },
  };
}

/** How people chose to have a resource watched is theirs: a capture keeps it. */
export function withChoicesOf(existing: DeliveryPath = {}, path: DeliveryPath): DeliveryPath {
  const lists = (['Buckets', 'Keys', 'LogGroups', 'Roles', 'Topics'] as const).map((list) => [
    list,
    path[list]?.map((declaration) => {
      const { watch, exact } = existing[list]?.find(({ Name }) => Name === declaration.Name) ?? declaration;
      return { ...declaration, watch, ...(exact !== undefined && { exact }) };
    }),
  ]);
  return { ...path, ...(Object.fromEntries(lists) as DeliveryPath) };
}
