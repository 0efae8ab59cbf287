import { asRecords, asText } from '../../foreign/values.ts';
import { isEqual } from '../resource.ts';

/** A filter, by its name. */
export type Filter = Readonly<Record<string, unknown>> & { readonly filterName: string };

/** What a filter is where it says nothing. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  distribution: 'ByLogStream',
  applyOnTransformedLogs: false,
};

function plain(filter: Filter): object {
  return Object.fromEntries(Object.entries(filter).filter(([name, value]) => DEFAULTS[name] !== value));
}

/** The filters of a list of unknown content. */
export function filtersOf(value: unknown): Filter[] {
  return asRecords(value).filter((each): each is Filter => asText(each['filterName']) !== undefined);
}

/** Those of the wanted filters that are not there as they ought to be. */
export function missingFilters(wanted: unknown, found: unknown): Filter[] {
  const live = filtersOf(found);
  return filtersOf(wanted).filter((each) => !live.some((one) => isEqual(plain(one), plain(each))));
}

/** Those that are found beside the wanted ones. */
export function extraFilters(wanted: unknown, found: unknown): Filter[] {
  const names = filtersOf(wanted).map(({ filterName }) => filterName);
  return filtersOf(found).filter(({ filterName }) => !names.includes(filterName));
}

/** A list without one, or with another in its place. */
export function replaced(list: readonly Filter[], filterName: string, by: readonly Filter[]): Filter[] {
  return [...list.filter((each) => each.filterName !== filterName), ...by];
}

/** What a request takes of a filter: an empty pattern, which takes all, has to be said. */
export const asRequest = (filter: Filter): Readonly<Record<string, unknown>> => ({
  filterPattern: '',
  ...filter,
});
