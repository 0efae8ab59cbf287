import { z } from 'zod';

/*
 * What the schemas of all kinds say in the same way. Like them it runs when a baseline is read, never inside a Lambda function.
 */

/** Lets a rule between fields speak in the same pass as the rules of each field. */
export const isObject = ({ value }: { value: unknown }): boolean =>
  typeof value === 'object' && value !== null;

/** A list of limited length. An overlong one is read to its end all the same, so that no fault in it goes unsaid. */
export const atMost = <T extends z.ZodType>(most: number, item: T, error = `has more than ${most} entries`) =>
  z
    .array(item)
    .refine((items) => items.length <= most, { error, when: ({ value }) => Array.isArray(value) })
    .meta({ maxItems: most });

/** A text of a form; a remedy follows what is wrong with it. */
export const matching = (pattern: RegExp, remedy: string) => z.string().regex(pattern, { error: remedy });

/** Rules between fields meet values that are not yet known to be right. */
export const is = (value: unknown, expected: boolean): boolean => value === expected;

/** The first value of a key that two items share. */
export function twin(items: unknown, key: string): string | undefined {
  if (!Array.isArray(items)) return undefined;
  const values = items
    .map((item: unknown) => (item as Record<string, unknown> | null)?.[key])
    .filter((value) => typeof value === 'string');
  return values.find((value, index) => values.indexOf(value) < index);
}

/** A member of a value that is not yet known to be right. */
export const member = (value: unknown, key: string): unknown =>
  (value as Record<string, unknown> | null | undefined)?.[key];

/** A list that is not yet known to be one. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** An ARN of a service, whose resource has a form. */
export const arn = (service: string, resource: string, remedy: string) =>
  matching(new RegExp(`^arn:aws[a-z-]*:${service}:[a-z0-9-]*:\\d{12}:${resource}$`), remedy);
