import { oneLine } from '../foreign/printable.ts';

/** Text that is markup on purpose: only {@link html} makes it. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What can stand in a template. */
export type Part = string | number | Markup | undefined | readonly Part[];

/** More of one foreign text than this is counted, not shown. In characters. */
const MOST_SHOWN = 600;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'number') return String(part);
  if (typeof part !== 'string') return part.map(escaped).join('');
  return oneLine(part, MOST_SHOWN).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/**
 * Markup from a template. Whatever is put into it stays text, in elements and in quoted attributes alike, unless it is markup itself:
 * there is no other way to make some.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.map((text, index) => text + escaped(parts[index])).join(''));
}
