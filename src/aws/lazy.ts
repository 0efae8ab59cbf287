/** Makes something when it is first asked for, and gives the same ever after: what no attack waits for need not be there. */
export function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
