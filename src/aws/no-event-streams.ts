/**
 * Stands in for the SDK's event streams in the package. No operation of CloudTrail or SNS answers with one; but the SDK
 * imports them when it needs them, and for that the bundler would defer, and so slow down, all that they share with the rest.
 *
 * Throws when it is used after all.
 */
export function EventStreamSerde(): never {
  throw new Error('The package has no event streams: see src/aws/no-event-streams.ts');
}
