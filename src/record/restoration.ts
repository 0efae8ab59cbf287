import type { Baseline } from '../baseline/baseline.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import { sameValue } from '../kinds/trail/drift.ts';
import { inRequestWords } from '../foreign/recorded.ts';
import { asRecord } from '../foreign/values.ts';
import type { Call } from './call.ts';
import { FIELDS, fields } from '../kinds/trail/fields.ts';
import type { Home } from '../kinds/home.ts';
import { CLEARED } from '../kinds/trail/pieces.ts';
import { isHomedAt } from '../kinds/trail/reference.ts';
import type { Settings } from '../kinds/trail/repair.ts';

const NAMING_THE_TRAIL = ['Name', 'TrailName'];

/** Every value is declared, or what is as good for its field. */
function setsOnlyDeclaredValues(
  request: Readonly<Record<string, unknown>>,
  declared: Trail,
  asGood: Settings = {},
): boolean {
  const good = Object.entries(asGood);
  const set = Object.entries(request).filter(([key]) => !NAMING_THE_TRAIL.includes(key));
  return (
    set.length > 0 &&
    set.every(
      ([key, value]) =>
        value !== null &&
        fields.some(
          (field) =>
            field === key &&
            (sameValue(field, value, declared[field]) ||
              good.some((other) => other[0] === key && other[1] === value)),
        ),
    )
  );
}

function tags(request: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] {
  const list = request['TagsList'];
  // Stryker disable next-line ArrayDeclaration: no tag and a tag without a key are both no restoration
  return Array.isArray(list) ? list.map(asRecord) : [];
}

function isDeclaredTag(tag: Readonly<Record<string, unknown>>, declared: Trail): boolean {
  return declared.TagsList.some(({ Key, Value }) => tag['Key'] === Key && (tag['Value'] ?? '') === Value);
}

function asksOnlyForDeclared(call: Call, declared: Trail): boolean {
  const request = asRecord(inRequestWords(call.request));
  switch (call.eventName) {
    case 'StopLogging':
      return !declared.IsLogging;
    // Stryker disable next-line StringLiteral: what no case knows is no restoration either
    case 'DeleteTrail':
      return false;
    case 'PutEventSelectors':
      // One dialect replaces the other: a call without the declared one is none that restores it.
      return (
        setsOnlyDeclaredValues(request, declared) &&
        'EventSelectors' in request === Boolean(declared.EventSelectors) &&
        'AdvancedEventSelectors' in request === Boolean(declared.AdvancedEventSelectors)
      );
    case 'CreateTrail':
      // What it leaves out is not as declared.
      return (
        setsOnlyDeclaredValues(request, declared) &&
        fields.every(
          (field) => FIELDS[field] !== 'settings' || declared[field] === undefined || field in request,
        )
      );
    case 'UpdateTrail':
    case 'PutInsightSelectors':
    case 'PutEventConfiguration':
      return setsOnlyDeclaredValues(request, declared);
    case 'AddTags':
      return tags(request).length > 0 && tags(request).every((tag) => isDeclaredTag(tag, declared));
    case 'RemoveTags':
      return (
        tags(request).length > 0 &&
        tags(request).every(
          ({ Key }) => typeof Key === 'string' && !declared.TagsList.some((tag) => tag.Key === Key),
        )
      );
    default:
      return false;
  }
}

/**
 * Whether a call asks for nothing but what the baseline declares. Such a call undoes nothing, whoever makes it: the
 * guard's own repairs are calls of this kind, and that they end here is what keeps them from going round in a loop. No
 * identity is looked at, so there is none to hide behind. A call that cannot be read clearly does not count.
 */
export function isRestoration(call: Call, baseline: Baseline, home: Home): boolean {
  const { trail } = call;
  if (!trail || !isHomedAt(home, trail)) return false;
  return baseline.Trails.some(
    (declared) => declared.Name === trail.Name && asksOnlyForDeclared(call, declared),
  );
}

/** The only values beside the declared ones that the guard ever sets: the sink, and on a live trail what {@link CLEARED} takes away. */
function rescues(eventName: string, bucket: unknown, sink: string | undefined): Settings {
  return Object.assign(
    {},
    ...(eventName === 'UpdateTrail' ? Object.values(CLEARED) : []),
    sink !== undefined && bucket === sink && { S3BucketName: sink, S3KeyPrefix: '' },
  ) as Settings;
}

/**
 * Whether a call with one of the guard's roles sets what is declared, but for the organisation given up, destinations that are cleared, or
 * the emergency sink: what the guard asks for when AWS refuses more. To heal it at once would go round in a loop; the next sweep tries for
 * more. Whose call it was is found out by its request id.
 */
export function isFallback(
  call: Call,
  baseline: Baseline,
  home: Home,
  { roles, sink }: { readonly roles: readonly string[]; readonly sink?: string | undefined },
): boolean {
  const { trail, actor, eventName } = call;
  if (!trail || !isHomedAt(home, trail) || !actor.issuerArn || !roles.includes(actor.issuerArn)) return false;
  const declared = baseline.Trails.find(({ Name }) => Name === trail.Name);
  const request = asRecord(inRequestWords(call.request));
  const isGuards = eventName === 'UpdateTrail' || eventName === 'CreateTrail';
  const asGood = rescues(eventName, request['S3BucketName'], sink);
  return isGuards && declared !== undefined && setsOnlyDeclaredValues(request, declared, asGood);
}
