/**
 * One harmless line of foreign text: nothing in it can end a line, hide, reorder what follows (ANSI, bidi), or become a
 * link in a mail. What is cut off is counted. `limit` is in characters.
 */
export function oneLine(text: string, limit = 256): string {
  const characters = Array.from(text);
  const cut = characters.length > limit ? ` (+${characters.length - limit} more characters)` : '';
  const shown = characters.slice(0, limit).map((character) => {
    // Control, format, surrogate, private and unassigned characters, and every separator but the plain space.
    if (!/[\p{C}\p{Z}]/u.test(character) || character === ' ') return character;
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
  return shown.join('').replaceAll('://', '[:]//') + cut;
}

/**
 * The same in printable ASCII for a subject, shortened to `limit` characters. Whatever somebody calls a trail or a session, DRILL in
 * capitals says only the guard itself.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function asciiLine(text: string, limit: number): string {
  const line = oneLine(text, 4 * limit)
    .replace(/[^\x20-\x7e]/g, '?')
    .replaceAll('DRILL', 'drill');
  return line.length <= limit ? line : `${line.slice(0, Math.max(limit - 2, 0))}..`.slice(0, limit);
}
