import { oneLine } from '../foreign/printable.ts';
import type { Approved } from '../kinds/kind.ts';

/** What a change window lets stand, in a sentence. */
export function standsBy({ window, drift }: Approved): string {
  const fields = drift.map(({ field }) => field).join(', ');
  const until = new Date(window.until).toISOString();
  return `It STANDS until ${until}, by the change window ${oneLine(window.reason)}: ${fields}. All else is whole.`;
}
