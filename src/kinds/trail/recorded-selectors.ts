import { asText } from '../../record/actor.ts';
import type {
  AdvancedEventSelector,
  AggregationConfiguration,
  EventSelector,
  InsightSelector,
} from './selector-schema.ts';
import { flag, known, member, objects, texts } from '../../foreign/recorded.ts';

/** A basic selector, what it leaves out filled in as CloudTrail does. */
export function eventSelector(value: unknown): EventSelector {
  const [narrowed] = known([member(value, 'ReadWriteType')], ['ReadOnly', 'WriteOnly']);
  return {
    ReadWriteType: narrowed ?? 'All',
    IncludeManagementEvents: flag(member(value, 'IncludeManagementEvents'), true),
    DataResources: objects(member(value, 'DataResources')).flatMap((resource) => {
      const Type = asText(member(resource, 'Type'));
      return Type ? [{ Type, Values: texts(member(resource, 'Values')) }] : [];
    }),
    ExcludeManagementEventSources: texts(member(value, 'ExcludeManagementEventSources')),
  };
}

const OPERATORS = ['Equals', 'StartsWith', 'EndsWith', 'NotEquals', 'NotStartsWith', 'NotEndsWith'];

function fieldSelectors(value: unknown): AdvancedEventSelector['FieldSelectors'] {
  return objects(member(value, 'FieldSelectors')).flatMap((selector) => {
    const Field = asText(member(selector, 'Field'));
    const conditions = OPERATORS.map((operator) => [operator, texts(member(selector, operator))] as const);
    const given = Object.fromEntries(conditions.filter(([, values]) => values.length > 0));
    return Field && Object.keys(given).length > 0 ? [{ Field, ...given }] : [];
  });
}

/** CloudTrail refuses all selectors when one is without its category. */
export function advancedEventSelector(value: unknown): AdvancedEventSelector[] {
  const Name = asText(member(value, 'Name'));
  const FieldSelectors = fieldSelectors(value);
  if (!FieldSelectors.some(({ Field }) => Field === 'eventCategory')) return [];
  return [{ ...(Name ? { Name } : {}), FieldSelectors }];
}

/** An Insights selector; none of an unknown type. */
export function insightSelector(value: unknown): InsightSelector[] {
  const EventCategories = known(member(value, 'EventCategories'), ['Management', 'Data']);
  return known([member(value, 'InsightType')], ['ApiCallRateInsight', 'ApiErrorRateInsight']).map(
    (InsightType) => ({
      InsightType,
      EventCategories: EventCategories.length > 0 ? EventCategories : ['Management'],
    }),
  );
}

/** An aggregation of data events; none without a known template. */
export function aggregationConfiguration(value: unknown): AggregationConfiguration[] {
  const templates = ['API_ACTIVITY', 'RESOURCE_ACCESS', 'USER_ACTIONS'] as const;
  const Templates = known(member(value, 'Templates'), templates);
  const ofData = member(value, 'EventCategory') === 'Data' && Templates.length > 0;
  return ofData ? [{ EventCategory: 'Data', Templates }] : [];
}
