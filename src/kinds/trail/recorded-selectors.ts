import type {
  AdvancedEventSelector,
  AggregationConfiguration,
  EventSelector,
  InsightSelector,
} from './selector-schema.ts';
import { asChoices, asFlag, asRecords, asText, asTexts } from '../../foreign/values.ts';

/** An item of a request in request words. */
type Item = Readonly<Record<string, unknown>>;

/** A basic selector, what it leaves out filled in as CloudTrail does. */
export function eventSelector(value: Item): EventSelector {
  const [narrowed] = asChoices([value['ReadWriteType']], ['ReadOnly', 'WriteOnly']);
  return {
    ReadWriteType: narrowed ?? 'All',
    IncludeManagementEvents: asFlag(value['IncludeManagementEvents'], true),
    DataResources: asRecords(value['DataResources']).flatMap((resource) => {
      const Type = asText(resource['Type']);
      return Type ? [{ Type, Values: asTexts(resource['Values']) }] : [];
    }),
    ExcludeManagementEventSources: asTexts(value['ExcludeManagementEventSources']),
  };
}

const OPERATORS = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'];

function fieldSelectors(value: Item): AdvancedEventSelector['FieldSelectors'] {
  return asRecords(value['FieldSelectors']).flatMap((selector) => {
    const Field = asText(selector['Field']);
    const conditions = OPERATORS.map((operator) => [operator, asTexts(selector[operator])] as const);
    const given = Object.fromEntries(conditions.filter(([, values]) => values.length > 0));
    return Field && Object.keys(given).length > 0 ? [{ Field, ...given }] : [];
  });
}

/** CloudTrail refuses all selectors when one is without its category. */
export function advancedEventSelector(value: Item): AdvancedEventSelector[] {
  const Name = asText(value['Name']);
  const FieldSelectors = fieldSelectors(value);
  if (!FieldSelectors.some(({ Field }) => Field === 'eventCategory')) return [];
  return [{ ...(Name ? { Name } : {}), FieldSelectors }];
}

/** An Insights selector; none of an unknown type. */
export function insightSelector(value: Item): InsightSelector[] {
  const EventCategories = asChoices(value['EventCategories'], ['Management', 'Data']);
  return asChoices([value['InsightType']], ['ApiCallRateInsight', 'ApiErrorRateInsight']).map(
    (InsightType) => ({
      InsightType,
      EventCategories: EventCategories.length > 0 ? EventCategories : ['Management'],
    }),
  );
}

/** An aggregation of data events; none without a known template. */
export function aggregationConfiguration(value: Item): AggregationConfiguration[] {
  const templates = ['API_ACTIVITY', 'RESOURCE_ACCESS', 'USER_ACTIONS'] as const;
  const Templates = asChoices(value['Templates'], templates);
  const ofData = value['EventCategory'] === 'Data' && Templates.length > 0;
  return ofData ? [{ EventCategory: 'Data', Templates }] : [];
}
