import { asRecord } from '../record/actor.ts';

/**
 * Records spell members lowerCamel. Of the tag, Insights and aggregation calls no sample is published: the spelling of
 * requests is taken too.
 */
export function member(value: unknown, name: string): unknown {
  const record = asRecord(value);
  return record[name.charAt(0).toLowerCase() + name.slice(1)] ?? record[name];
}

/** A boolean; anything else reads as the other given. */
export function flag(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

/** The strings of a list; anything else reads as none. */
export function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Those of the choices that a list holds. */
export function known<T extends string>(value: unknown, choices: readonly T[]): T[] {
  return choices.filter((choice) => texts(value).includes(choice));
}

/** The objects of a list; anything else reads as none. */
export function objects(value: unknown): unknown[] {
  // Stryker disable next-line ArrayDeclaration: whatever is no object goes in the next line
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list.filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item));
}
