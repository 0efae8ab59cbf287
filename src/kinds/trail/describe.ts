import type { Trail } from './schema.ts';
import type { Field } from './fields.ts';
import { oneLine } from '../../foreign/printable.ts';
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

/** A field's value in words, an item each; an absence is `none`. */
export function describeItems(field: Field, value: unknown): string[] {
  if (field === 'IsLogging' && value === undefined) return ['unknown'];
  if (value === undefined || value === '' || (Array.isArray(value) && value.length === 0)) return ['none'];
  if (field === 'IsLogging') return [value === true ? 'on' : 'off'];
  const items: readonly unknown[] = Array.isArray(value) ? value : [value];
  const told = items.slice(0, MOST_ITEMS).map((each) => oneLine(item(each), 400));
  return items.length > MOST_ITEMS ? [...told, `+${items.length - MOST_ITEMS} more`] : told;
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
