import type { Drift } from '../kind.ts';
import { asRecord } from '../../foreign/values.ts';
import type { Trail } from './schema.ts';
import { FIELDS, fields, type Field } from './fields.ts';
import type { ObservedTrail } from './observed.ts';

function isEmpty(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

/** CloudTrail keeps none of its lists in an order that matters, and shows an absence as nothing, "" or []. */
function normal(value: unknown): unknown {
  if (isEmpty(value)) return undefined;
  if (Array.isArray(value)) return value.map((item) => JSON.stringify(normal(item))).sort();
  if (typeof value === 'object') {
    const members = asRecord(value);
    return Object.fromEntries(
      Object.keys(members)
        .sort()
        .map((key) => [key, normal(members[key])]),
    );
  }
  return value;
}

/** The log group's ARN ends in :* or not, by the call that shows it: the same group. */
function withoutStreamWildcard(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/:\*$/, '') : value;
}

/** A topic may be asked for by its bare name, and is shown by its ARN. */
function bareName(value: unknown): unknown {
  return typeof value === 'string' ? value.replace(/^.*:/, '') : value;
}

function sameTopic(a: unknown, b: unknown): boolean {
  const isBare = [a, b].some((value) => typeof value === 'string' && value !== '' && !value.includes(':'));
  return isBare && bareName(a) === bareName(b);
}

/** Whether two values of a field say the same to CloudTrail. */
export function sameValue(field: Field, a: unknown, b: unknown): boolean {
  if (field === 'SnsTopicName' && sameTopic(a, b)) return true;
  const [left, right] = field === 'CloudWatchLogsLogGroupArn' ? [a, b].map(withoutStreamWildcard) : [a, b];
  return left === right || JSON.stringify(normal(left)) === JSON.stringify(normal(right));
}

function drifts(field: Field, declared: Trail, { state, unread }: ObservedTrail): boolean {
  if (field === 'IsLogging') return declared.IsLogging && (unread.logging !== undefined || !state.IsLogging);
  if (unread[FIELDS[field]] !== undefined) return false;
  // An endpoint that does not know the field says nothing about it.
  if (field === 'RecursiveLogging' && state.RecursiveLogging === undefined) return false;
  return !sameValue(field, declared[field], state[field]);
}

/**
 * Every field in which the live trail differs from its declaration, absences included.
 * A part that could not be read is no drift, but for logging: a trail that cannot prove that it logs counts as stopped.
 */
export function drift(declared: Trail, observed: ObservedTrail): Drift<Field>[] {
  return fields
    .filter((field) => drifts(field, declared, observed))
    .map((field) => ({ field, declared: declared[field], found: observed.state[field] }));
}
