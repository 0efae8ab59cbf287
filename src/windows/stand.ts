import { inRequestWords } from '../foreign/recorded.ts';
import { asRecord } from '../foreign/values.ts';
import type { ChangeWindow } from '../kinds/change-window.ts';
import type { Drift } from '../kinds/kind.ts';
import { kindOf } from '../kinds/kinds.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
import { FIELDS, type Field } from '../kinds/trail/fields.ts';
import { missingManagementEvents } from '../kinds/trail/management-events.ts';
import type { ObservedTrail } from '../kinds/trail/observed.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import { TAMPERINGS } from '../kinds/trail/tamperings.ts';
import type { Call } from '../record/call.ts';
import { isOf, isWithin } from './window.ts';

/** Where one of these goes from true to false, a trail stops to log: at all, other Regions, global services, other accounts. */
const LOGGING: readonly Field[] = [
  'IsLogging',
  'IsMultiRegionTrail',
  'IncludeGlobalServiceEvents',
  'IsOrganizationTrail',
];

/** Whether a trail records fewer management events than it is declared to. */
function recordsLess(declared: Trail, { state }: ObservedTrail): boolean {
  const [wanted, live] = [declared, state].map((selectors) => {
    const { EventSelectors, AdvancedEventSelectors } = selectors;
    return missingManagementEvents({
      ...(EventSelectors && { EventSelectors }),
      ...(AdvancedEventSelectors && { AdvancedEventSelectors }),
    });
  });
  const isLess = (part: 'kinds' | 'sources') => live?.[part] !== undefined && live[part] !== wanted?.[part];
  return isLess('kinds') || isLess('sources');
}

/** The drift of a trail that a window may let stand at all, whoever made it: whatever ends logging may not. */
export function excusable(
  declared: Trail,
  observed: ObservedTrail,
  found: readonly Drift<Field>[],
): readonly Drift<Field>[] {
  if (observed.standing !== 'homed') return [];
  const isNarrowed = recordsLess(declared, observed);
  return found.filter(
    ({ field, found: value }) =>
      !(LOGGING.includes(field) && value !== true) && !(FIELDS[field] === 'selectors' && isNarrowed),
  );
}

/** The same of another resource: not of the guard itself, nor where log files are lost or can be deleted. */
export function excusableOn(resource: DeclaredResource, found: readonly Drift[]): readonly Drift[] {
  if (resource.purpose === 'guard') return [];
  const { fields } = kindOf(resource);
  return found.filter(({ field }) => Object.hasOwn(fields, field) && fields[field]?.harm !== 'lost');
}

/**
 * The names of the calls on a trail that may set a field. Whoever stops one switches its Insights off.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-additional-cli-commands.html
 */
export function settersOf(field: Field): string[] {
  const names = Object.entries(TAMPERINGS).filter(([, { part }]) => part === FIELDS[field]);
  const also = field === 'InsightSelectors' ? ['StopLogging', 'CreateTrail'] : ['CreateTrail'];
  return [...new Set([...names.map(([name]) => name), ...also])];
}

/** The same of another resource. */
export function settersOn(resource: DeclaredResource, field: string): string[] {
  const { tamperings } = kindOf(resource);
  return Object.keys(tamperings).filter((name) => ['all', field].includes(tamperings[name]?.part ?? ''));
}

/** Whether a call may have set a field. A change of settings sets those that it names; where it names none, it may be any. */
function sets({ kind, eventName, request }: Call, field: string): boolean {
  if (kind !== 'trail') return true;
  if (eventName !== 'UpdateTrail') return true;
  const named = Object.keys(asRecord(inRequestWords(request))).filter((key) => Object.hasOwn(FIELDS, key));
  return named.length === 0 || named.includes(field);
}

const timeOf = ({ time }: Call): number => (time === undefined ? Infinity : Date.parse(time));

/**
 * Whether a window lets a field stand. `calls` are those that may have set it, as far as they are known. What nobody is known to have set,
 * stands until somebody is: the Event history is late. What somebody else has set last, or the principal outside of the window, does not;
 * nor what two have set within one second, for nothing says who was the last.
 */
export function stands(window: ChangeWindow, field: string, calls: readonly Call[]): boolean {
  const setters = calls.filter((call) => sets(call, field));
  const last = Math.max(...setters.map(timeOf));
  return setters
    .filter((call) => timeOf(call) === last)
    .every((call) => {
      return isWithin(window, timeOf(call)) && isOf(window, call.actor);
    });
}
