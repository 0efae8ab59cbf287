import { asRecord, asRecords, without } from '../../foreign/values.ts';
import { isEqual } from '../resource.ts';

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

/** Whether a configuration takes objects away that another one does not, or at another time. */
export function deletesMore(declared: unknown, found: unknown): boolean {
  const known = deletions(declared);
  return deletions(found).some((rule) => !known.some((each) => isEqual(each, rule)));
}
