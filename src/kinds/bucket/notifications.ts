import { asRecord, asRecords, without } from '../../foreign/values.ts';
import { isEqual } from '../resource.ts';

const LISTS = ['TopicConfigurations', 'QueueConfigurations', 'LambdaFunctionConfigurations'] as const;

/** To EventBridge goes whatever happens, or nothing: that it is there is all that it says. */
const BUS = 'EventBridgeConfiguration';

type Configuration = Readonly<Record<string, unknown>>;

/** The id of a notification means nothing. */
const isSame = (a: Configuration, b: Configuration): boolean => isEqual(without(a, 'Id'), without(b, 'Id'));

const isIn = (list: readonly Configuration[], one: Configuration): boolean =>
  list.some((each) => isSame(each, one));

const hasBus = (configuration: Configuration): boolean => (configuration[BUS] ?? undefined) !== undefined;

/** The notifications that are found beside those that are declared. */
export function extraNotifications(declared: unknown, found: unknown): Configuration[] {
  const [wanted, live] = [asRecord(declared), asRecord(found)];
  const extra = LISTS.flatMap((list) =>
    asRecords(live[list]).filter((one) => !isIn(asRecords(wanted[list]), one)),
  );
  return hasBus(live) && !hasBus(wanted) ? [...extra, { [BUS]: {} }] : extra;
}

/** Whether whoever is declared to be told is told, and, where it is exact, nobody else. */
export function areNotified(declared: unknown, found: unknown, isExact: boolean): boolean {
  const [wanted, live] = [asRecord(declared), asRecord(found)];
  const isThere = LISTS.every((list) =>
    asRecords(wanted[list]).every((one) => isIn(asRecords(live[list]), one)),
  );
  return (
    isThere &&
    (hasBus(live) || !hasBus(wanted)) &&
    !(isExact && extraNotifications(declared, found).length > 0)
  );
}

/**
 * What is declared, and what is found beside it, unless the declaration is exact: a bucket's notifications are written all at once. One with
 * the id of a declared one is that one, changed.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketNotificationConfiguration.html
 */
export function mergedNotifications(declared: unknown, found: unknown, isExact: boolean): Configuration {
  const [wanted, live] = [asRecord(declared), asRecord(found)];
  const ids = LISTS.flatMap((list) => asRecords(wanted[list]).map(({ Id }) => Id));
  const lists = LISTS.map((list) => {
    const ours = asRecords(wanted[list]);
    const others = isExact
      ? []
      : asRecords(live[list]).filter(
          (one) => !isIn(ours, one) && !(one['Id'] !== undefined && ids.includes(one['Id'])),
        );
    return [list, [...ours, ...others]] as const;
  });
  const bus = hasBus(wanted) || (!isExact && hasBus(live));
  return { ...Object.fromEntries(lists.filter(([, list]) => list.length > 0)), ...(bus && { [BUS]: {} }) };
}
