import { oneLine } from '../foreign/printable.ts';
import { shorten } from '../foreign/shorten.ts';
import { asRecord } from '../foreign/values.ts';
import type { Incident } from '../incident/incident.ts';
import {
  happeningToResource,
  idOfResource,
  isResourceRepairable,
  isResourceRestored,
  isResourceWhole,
  titleWithTrails,
  type Unseen,
  unseenResources,
} from '../incident/resources.ts';
import { kindOf, titleOf } from '../kinds/kinds.ts';
import { describeStatement, readPolicy } from '../kinds/policy.ts';
import { normal, type ResourceOutcome } from '../kinds/resource.ts';
import type { Change } from './field-changes.ts';
import { standsBy } from './stands.ts';
import type { Report } from './schema.ts';

type Told = Report['resources'][number];

/** So many items of a field are told, each of so many characters. */
const MOST_ITEMS = 20;
const LONGEST_ITEM = 400;

/** What a value holds, an item a line: the statements of a policy or of several, the rules of a lifecycle, or the value itself. */
function itemsOf(value: unknown): string[] {
  if (value === undefined || value === null || value === '') return [];
  if (Array.isArray(value)) return value.flatMap(itemsOf);
  if (typeof value !== 'object' && typeof value !== 'string') return [JSON.stringify(value)];
  const policy = typeof value === 'string' && !value.startsWith('{') ? undefined : readPolicy(value);
  if (policy && !policy.isUnreadable) return policy.Statement.map(describeStatement);
  if (typeof value === 'string') return [value];
  const lists = Object.entries(asRecord(value));
  const isPolicy = (each: unknown) => readPolicy(each)?.isUnreadable === undefined && Boolean(each);
  if (lists.length > 0 && lists.every(([, each]) => isPolicy(each)))
    return lists.flatMap(([name, each]) => itemsOf(each).map((item) => `${name}: ${item}`));
  const [, only] = lists[0] ?? [];
  if (lists.length === 1 && Array.isArray(only)) return only.flatMap(itemsOf);
  const said = normal(value);
  // What holds nothing but defaults is nothing.
  return said === undefined ? [] : [JSON.stringify(said)];
}

function bounded(items: readonly string[]): string[] {
  if (items.length === 0) return ['none'];
  const told = items.slice(0, MOST_ITEMS).map((item) => shorten(oneLine(item, LONGEST_ITEM), LONGEST_ITEM));
  return items.length > MOST_ITEMS ? [...told, `+${items.length - MOST_ITEMS} more`] : told;
}

function changeOf(
  { remaining, last, remarks }: ResourceOutcome,
  field: string,
  declared: unknown,
  found: unknown,
): Change {
  const [before, live] = [itemsOf(declared), itemsOf(found)];
  const isLeft = remaining.some((drift) => drift.field === field);
  const now = field === 'standing' ? last.standing : isLeft ? last.state[field] : declared;
  const isList = before.length + live.length > 2;
  const [gone, added] = [
    before.filter((item) => !live.includes(item)),
    live.filter((item) => !before.includes(item)),
  ];
  // What was left alone comes last: a hundred harmless statements must not hide the one that was not.
  const isLeftAlone = (item: string) => remarks.some((remark) => remark.includes(item));
  return {
    field,
    before: bounded(before),
    found: bounded(live),
    now: isList ? [isLeft ? 'as found' : 'as before'] : bounded(itemsOf(now)),
    ...(isList && {
      gone: bounded(gone),
      added: bounded(added.toSorted((a, b) => Number(isLeftAlone(a)) - Number(isLeftAlone(b)))),
    }),
  };
}

const wasGone = ({ found }: ResourceOutcome): boolean =>
  found.some(({ field, found: standing }) => field === 'standing' && standing === 'missing');

/** All that is told of one resource. */
export function toldResource(outcome: ResourceOutcome): Told {
  const { declared, found, attempts, planned, last, verifiedAt, remarks } = outcome;
  const standing = outcome.approved?.drift ?? [];
  return {
    kind: declared.kind,
    name: oneLine(declared.name, 300),
    title: titleOf(declared),
    purpose: declared.purpose,
    trails: [...declared.trails],
    watch: declared.watch,
    standing: last.standing,
    isWhole: isResourceWhole(outcome),
    verified: new Date(verifiedAt).toISOString(),
    wasGone: wasGone(outcome),
    changes: [
      ...found.map((drift) => changeOf(outcome, drift.field, drift.declared, drift.found)),
      ...standing.map((drift) =>
        changeOf({ ...outcome, remaining: standing }, drift.field, drift.declared, drift.found),
      ),
    ],
    repairs: [
      ...attempts.map(({ repair, error }) => ({
        call: repair.kind,
        ...(error
          ? { result: 'refused' as const, error: `${oneLine(error.name)}: ${oneLine(error.message)}` }
          : { result: 'done' as const }),
      })),
      ...planned.map(({ kind }) => ({ call: kind, result: 'not done' as const })),
    ],
    remarks: remarks.length > 0 ? bounded(remarks) : [],
  };
}

const isUnseen = (incident: Incident, outcome: ResourceOutcome): boolean =>
  unseenResources(incident).some((each) => idOfResource(each) === idOfResource(outcome));

/** What happened to a resource and whether it is whole, in one line. */
export function resourceHeadline(incident: Incident, outcome: ResourceOutcome): string {
  const { declared, planned, remaining, last } = outcome;
  const title = titleWithTrails(outcome);
  const said = `${title.charAt(0).toUpperCase()}${title.slice(1)} ${happeningToResource(incident, outcome).story}.`;
  if (!isResourceRepairable(outcome)) return `${said} It CANNOT be restored from here.`;
  if (incident.config.mode === 'monitor' && planned.length > 0)
    return `${said} Monitor mode: nothing was repaired.`;
  if (isResourceWhole(outcome) && outcome.approved) return `${said} ${standsBy(outcome.approved)}`;
  if (isResourceWhole(outcome) && isUnseen(incident, outcome))
    return `${said} No reading shows what came of it; all that is declared is whole.`;
  if (isResourceWhole(outcome)) {
    const { lost } = kindOf(declared);
    const isNew = wasGone(outcome) && lost !== undefined;
    return `${said} It is whole${isResourceRestored(outcome) ? ' again, and verified' : ''}${isNew ? `, but made anew: ${lost}` : ''}.`;
  }
  const wrong = [
    ...remaining.map(({ field }) => (field === 'standing' ? 'it is gone' : field)),
    ...Object.keys(last.unread).map((part) => `${part} unread`),
  ].join(', ');
  const choice = declared.watch === 'alert' ? ' By the baseline it is told, and not repaired.' : '';
  return `${said} It is NOT whole: ${wrong}.${choice}`;
}

/** What is still broken on a resource, and what a person can do about it; empty when nothing is. */
export function stillBrokenOn(outcome: ResourceOutcome): string[] {
  const { declared, attempts, remaining, last } = outcome;
  const title = titleOf(declared);
  if (last.standing === 'foreign')
    return [
      `${title}: belongs to another account, which reads what is delivered there. To do: point the trail at a bucket of yours, and call its owner.`,
    ];
  const { fields, create, command } = kindOf(declared);
  const drift = remaining.map(({ field }) => {
    if (field === 'standing') {
      if (create) return 'is gone.';
      return command
        ? `is gone. To do: ${command(declared.name)}`
        : 'is gone: recreate it by hand, then npm run capture.';
    }
    const { repair, todo = 'put it back by hand' } = fields[field] ?? {};
    const by = repair && declared.watch === 'enforce' ? '' : ` To do: ${todo}.`;
    return `${field} is not as declared.${by}`;
  });
  const unread = Object.entries(last.unread).map(
    ([part, reason]) =>
      `${part} could not be read: ${oneLine(reason ?? '')}. To do: look whether the guard's role was changed, or a policy keeps it out.`,
  );
  const refused = isResourceWhole(outcome)
    ? []
    : attempts.flatMap(({ repair, error }) =>
        error ? `${repair.kind} was refused: ${oneLine(error.name)}: ${oneLine(error.message)}.` : [],
      );
  return [...drift, ...unread, ...new Set(refused)].map((line) => `${title}: ${line}`);
}

/** What a person can do about a resource that was struck, and of which it is not known what came of it. */
export function stillUnseen({ declared, looks }: Unseen): string {
  const isGuard = declared.purpose === 'guard';
  const byHand = isGuard
    ? 'npx serverless deploy puts it back'
    : 'see whether it was wanted, and undo it by hand';
  const [title, { todo = byHand }] = [titleOf(declared), kindOf(declared)];
  if (looks === 'never') return `${title}: no reading shows what came of it. To do: ${todo}.`;
  const otherwise = isGuard ? `; if that says nothing of it, ${byHand}` : '';
  return `${title}: not looked at yet. To do: wait for the next sweep${otherwise}.`;
}
