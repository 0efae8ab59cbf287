/** A JSON object of unknown content; anything else reads as an empty one. */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
}

/** An object without some of its members. */
export function without(record: object, ...names: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));
}

/** A non-empty string; anything else reads as undefined. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

// Stryker disable next-line Regex: Date.parse refuses what stands behind a time, too
const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;

/** A time as CloudTrail writes it, ISO 8601 in UTC; anything else reads as undefined. */
export function asTime(value: unknown): string | undefined {
  const text = asText(value);
  return text && ISO_TIME.test(text) && !Number.isNaN(Date.parse(text)) ? text : undefined;
}

/** A boolean; anything else reads as the other given. */
export function asFlag(value: unknown, otherwise: boolean): boolean {
  return typeof value === 'boolean' ? value : otherwise;
}

/** The strings of a list; anything else reads as none. */
export function asTexts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Those of the choices that a list holds. */
export function asChoices<T extends string>(value: unknown, choices: readonly T[]): T[] {
  return choices.filter((choice) => asTexts(value).includes(choice));
}

/** The objects of a list; anything else reads as none. */
export function asRecords(value: unknown): Readonly<Record<string, unknown>>[] {
  // Stryker disable next-line ArrayDeclaration: whatever is no object goes in the next line
  const list: unknown[] = Array.isArray(value) ? value : [];
  return list
    .filter((item) => typeof item === 'object' && item !== null && !Array.isArray(item))
    .map(asRecord);
}
