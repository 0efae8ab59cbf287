import type { OneByOne } from './repair.ts';

/** A list to ask for, and what comes after it. */
export interface Asked<Item> {
  readonly items: readonly Item[];
  readonly oneByOne: OneByOne<Item>;
}

function oneMore<Item>(kept: readonly Item[], left: readonly Item[]): Asked<Item> | undefined {
  const [next, ...rest] = left;
  return next === undefined ? undefined : { items: [...kept, next], oneByOne: { kept, left: rest } };
}

/**
 * How to get as much of a refused list as CloudTrail takes, where each call replaces the whole: what lives of it is kept, what lives
 * and is not of it goes, and the rest is added item by item. Undefined where there is nothing to add.
 */
export function beginOneByOne<Item>(
  wanted: readonly Item[],
  live: readonly Item[],
  isSame: (a: Item, b: Item) => boolean,
): Asked<Item> | undefined {
  const isIn = (list: readonly Item[], item: Item) => list.some((other) => isSame(other, item));
  const kept = live.filter((item) => isIn(wanted, item));
  const left = wanted.filter((item) => !isIn(kept, item));
  return kept.length > 0 && kept.length < live.length
    ? { items: kept, oneByOne: { kept, left } }
    : oneMore(kept, left);
}

/** What to ask for after one step; undefined at the end. */
export function continueOneByOne<Item>(
  items: readonly Item[],
  { kept, left }: OneByOne<Item>,
  isRefused: boolean,
): Asked<Item> | undefined {
  return oneMore(isRefused ? kept : items, left);
}
