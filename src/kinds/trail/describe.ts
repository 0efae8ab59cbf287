import type { Trail } from './schema.ts';
import type { Field } from './fields.ts';
import { oneLine } from '../../foreign/printable.ts';
import { shorten } from '../../foreign/shorten.ts';
import type { Repair } from './repair.ts';

function conditions(selector: NonNullable<Trail['AdvancedEventSelectors']>[number]): string {
  return selector.FieldSelectors.map(({ Field, ...operators }) => {
    const said = Object.entries(operators).flatMap(([operator, values]) =>
      values ? [`${operator} ${values.join('|')}`] : [],
    );
    return `${Field} ${said.join(' ')}`;
  }).join(' and ');
}

const isSelector = (value: unknown): value is NonNullable<Trail['EventSelectors']>[number] =>
  typeof value === 'object' && value !== null && 'ReadWriteType' in value && 'DataResources' in value;

const isAdvanced = (value: unknown): value is NonNullable<Trail['AdvancedEventSelectors']>[number] =>
  typeof value === 'object' && value !== null && 'FieldSelectors' in value;

function item(value: unknown): string {
  if (isSelector(value)) {
    const { ReadWriteType, IncludeManagementEvents, DataResources, ExcludeManagementEventSources } = value;
    const excluded = ExcludeManagementEventSources.map((source) => `, without ${source}`).join('');
    const data = DataResources.map(({ Type, Values }) => `, ${Type} ${Values.join('|')}`).join('');
    return `${ReadWriteType}, ${IncludeManagementEvents ? 'with' : 'no'} management events${excluded}${data}`;
  }
  if (isAdvanced(value)) return conditions(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if ('Key' in value && 'Value' in value) return `${String(value.Key)}=${String(value.Value)}`;
  return Object.values(value).flat().join(' ');
}

/** More items than this are counted, not told: a mail has its limit, and so has its reader. */
const MOST_ITEMS = 20;

/** An item of more characters is told by what it holds. */
const LONGEST_ITEM = 400;

/** The longest value that CloudTrail takes, and the words round it. */
const LONGEST_VALUE = 2500;

const asItems = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

function isNone(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

/** All that an item holds, a line for each value that can come and go. */
function valuesOf(value: unknown): string[] {
  if (isSelector(value)) {
    const { DataResources, ...others } = value;
    const data = DataResources.flatMap(({ Type, Values }) => Values.map((each) => `${Type} ${each}`));
    return [item({ ...others, DataResources: [] }), ...data];
  }
  if (isAdvanced(value)) {
    const said = value.FieldSelectors.flatMap(({ Field, ...operators }) =>
      Object.entries(operators).flatMap(([operator, values]) =>
        (values ?? []).map((each) => `${Field} ${operator} ${each}`),
      ),
    );
    return [...(value.Name === undefined ? [] : [`Name ${value.Name}`]), ...said];
  }
  return [item(value)];
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** So many lines, and how many more there are. */
function bounded(lines: readonly string[]): string[] {
  // What is no plain character is written out, and grows by that.
  const told = lines.slice(0, MOST_ITEMS).map((line) => shorten(oneLine(line, LONGEST_VALUE), LONGEST_VALUE));
  return lines.length > MOST_ITEMS ? [...told, `+${lines.length - MOST_ITEMS} more`] : told;
}

/** What of a list stands in no other: what stands twice in the one and once in the other is left once. */
function without(lines: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const line of others) left.set(line, (left.get(line) ?? 0) + 1);
  return lines.filter((line) => {
    const count = left.get(line) ?? 0;
    left.set(line, count - 1);
    return count <= 0;
  });
}

/** What a change took from a field, and what it brought. */
export interface Difference {
  readonly gone: string[];
  readonly added: string[];
}

/**
 * What is gone from a field's value and what is new in it, value by value; undefined where the two values tell as much
 * themselves, side by side.
 */
export function differenceOf(field: Field, before: unknown, found: unknown): Difference | undefined {
  const isShort = [before, found].every((value) => isNone(value) || !isLong(value));
  if (isShort && describeValue(field, before) !== describeValue(field, found)) return undefined;
  const [old = [], now = []] = [before, found].map((value) =>
    isNone(value) ? [] : asItems(value).flatMap(valuesOf),
  );
  const [gone, added] = [without(old, now), without(now, old)];
  if (gone.length + added.length === 0) return { gone, added: ['the same values, grouped otherwise'] };
  return { gone: bounded(gone), added: bounded(added) };
}

function isLong(value: unknown): boolean {
  const items = asItems(value);
  return items.length > MOST_ITEMS || items.some((each) => item(each).length > LONGEST_ITEM);
}

/** A field's value in words, an item each; an absence is `none`, and what is too long to be read is counted. */
export function describeItems(field: Field, value: unknown): string[] {
  if (field === 'IsLogging' && value === undefined) return ['unknown'];
  if (isNone(value)) return ['none'];
  if (field === 'IsLogging') return [value === true ? 'on' : 'off'];
  const items = asItems(value);
  if (!Array.isArray(value) || !isLong(value)) return items.map((each) => oneLine(item(each), LONGEST_ITEM));
  const values = items.flatMap(valuesOf);
  return [
    [
      counted(items.length, 'item'),
      ...(values.length === items.length ? [] : [counted(values.length, 'value')]),
    ].join(', '),
  ];
}

/** A field's value in one line. */
export function describeValue(field: Field, value: unknown): string {
  return describeItems(field, value).join('; ');
}

/** The API call that a repair is, with what it sets. */
export function describeRepair(repair: Repair): string {
  const name = repair.kind.charAt(0).toUpperCase() + repair.kind.slice(1);
  switch (repair.kind) {
    case 'createTrail':
    case 'updateTrail':
      return repair.kind === 'createTrail' ? name : `${name} (${Object.keys(repair.settings).join(', ')})`;
    case 'addTags':
    case 'removeTags':
      return `${name} (${oneLine(repair.tags.map(({ Key }) => Key).join(', '), 200)})`;
    case 'startLogging':
    case 'putEventSelectors':
    case 'putInsightSelectors':
    case 'putEventConfiguration':
      return name;
  }
}
