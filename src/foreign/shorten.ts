const encoder = new TextEncoder();

/**
 * A text of at most so many bytes of UTF-8, cut between two characters; an ellipsis stands for what is cut off. Some services
 * count bytes, others characters: what fits in bytes fits in either.
 */
export function shorten(text: string, bytes: number): string {
  if (encoder.encode(text).length <= bytes) return text;
  const ellipsis = '…';
  const { read } = encoder.encodeInto(text, new Uint8Array(bytes - encoder.encode(ellipsis).length));
  return text.slice(0, read) + ellipsis;
}
