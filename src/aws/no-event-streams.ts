/**
 * Stands in for the SDK's event streams in the package. No operation that is called answers with one; but the SDK
 * imports them when it needs them, and for that the bundler would defer, and so slow down, all that they share with the rest.
 *
 * Throws when it is used after all.
 */
export function EventStreamSerde(): never {
  throw new Error('The package has no event streams: see src/aws/no-event-streams.ts');
}

/** The same, by the name that the clients of S3, CloudWatch Logs and Lambda ask for. */
export function eventStreamSerdeProvider(): never {
  return EventStreamSerde();
}

/** Leaves the settings of a client as they are: it is called when one is made, whether or not it will need a stream. */
export function resolveEventStreamSerdeConfig<T>(settings: T): T {
  return settings;
}
