import { asRecord, asRecords, without } from '../../foreign/values.ts';
import { type Harm, isEqual } from '../resource.ts';

type Rule = Readonly<Record<string, unknown>>;

/** The id of a rule means nothing. */
const rulesOf = (configuration: unknown): Rule[] =>
  asRecords(asRecord(configuration)['Rules']).map((rule) => without(rule, 'ID'));

/** Whether two configurations do the same to the same objects. https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
export function sameLifecycle(a: unknown, b: unknown): boolean {
  return isEqual(rulesOf(a), rulesOf(b));
}

/** Rules that take objects away, whatever objects: by age, by date, or by number. */
function deletions(configuration: unknown): Rule[] {
  return rulesOf(configuration)
    .filter(({ Status }) => Status === 'Enabled')
    .map(({ Expiration, NoncurrentVersionExpiration, Filter, Prefix }) => ({
      Expiration,
      NoncurrentVersionExpiration,
      Filter,
      Prefix,
    }))
    .filter(
      ({ Expiration, NoncurrentVersionExpiration }) =>
        asRecord(Expiration)['Days'] !== undefined ||
        asRecord(Expiration)['Date'] !== undefined ||
        NoncurrentVersionExpiration !== undefined,
    );
}

/** Rules that move objects to where they are read later, or at a price. */
function transitions(configuration: unknown): Rule[] {
  return rulesOf(configuration)
    .filter(({ Status }) => Status === 'Enabled')
    .map(({ Transitions, NoncurrentVersionTransitions, Filter, Prefix }) => ({
      Transitions,
      NoncurrentVersionTransitions,
      Filter,
      Prefix,
    }))
    .filter(({ Transitions, NoncurrentVersionTransitions }) => Transitions ?? NoncurrentVersionTransitions);
}

const hasMore = (known: readonly Rule[], found: readonly Rule[]): boolean =>
  found.some((rule) => !known.some((each) => isEqual(each, rule)));

/** What becomes of the objects by a configuration that is not the declared one: taken away, or put where nobody can read them at once. */
export function harmOfLifecycle(declared: unknown, found: unknown): Harm {
  if (hasMore(deletions(declared), deletions(found))) return 'lost';
  return hasMore(transitions(declared), transitions(found)) ? 'delayed' : 'minor';
}
