import type { AdvancedEventSelector, EventSelector } from './selector-schema.ts';
import type { Trail } from './schema.ts';

/** What one selector records of the management events. */
interface Recorded {
  readonly reads: boolean;
  readonly writes: boolean;
  /** The services left out of it, like kms.amazonaws.com. */
  readonly excluded: readonly string[];
}

// Stryker disable next-line ObjectLiteral,ArrayDeclaration: what records nothing leaves nothing out either
const NOTHING: Recorded = { reads: false, writes: false, excluded: [] };

function byBasic(selector: EventSelector): Recorded {
  const { IncludeManagementEvents, ReadWriteType, ExcludeManagementEventSources: excluded } = selector;
  if (!IncludeManagementEvents) return NOTHING;
  return { reads: ReadWriteType !== 'WriteOnly', writes: ReadWriteType !== 'ReadOnly', excluded };
}

/** On a trail, management events can be narrowed by readOnly and eventSource only; any other condition is not trusted. */
const UNDERSTOOD = ['eventCategory.Equals', 'readOnly.Equals', 'eventSource.NotEquals'];

function byAdvanced({ FieldSelectors }: AdvancedEventSelector): Recorded {
  const conditions = new Map(
    FieldSelectors.flatMap(({ Field, ...operators }) =>
      Object.entries(operators).flatMap(([operator, values]) =>
        values ? [[`${Field}.${operator}`, values] as const] : [],
      ),
    ),
  );
  const [readOnly, excluded = []] = [
    conditions.get('readOnly.Equals'),
    conditions.get('eventSource.NotEquals'),
  ];
  if (!conditions.get('eventCategory.Equals')?.includes('Management')) return NOTHING;
  if ([...conditions.keys()].some((condition) => !UNDERSTOOD.includes(condition))) return NOTHING;
  return {
    reads: readOnly?.includes('true') ?? true,
    writes: readOnly?.includes('false') ?? true,
    excluded,
  };
}

type Selectors = Partial<Pick<Trail, 'EventSelectors' | 'AdvancedEventSelectors'>>;

// Stryker disable next-line ArrayDeclaration: what is no selector records as little as none
function recordedBy({ EventSelectors, AdvancedEventSelectors }: Selectors): Recorded[] {
  return AdvancedEventSelectors?.map(byAdvanced) ?? EventSelectors?.map(byBasic) ?? [];
}

/** Whether selectors certainly record it when somebody reads a trail. */
export function recordsTrailReadings(selectors: Selectors): boolean {
  return recordedBy(selectors).some(
    ({ reads, excluded }) => reads && !excluded.includes('cloudtrail.amazonaws.com'),
  );
}

/**
 * Which management events no selector of a trail records, in words: whole kinds, or the services left out of them.
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html,
 * https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
 */
export function missingManagementEvents(selectors: Selectors): {
  readonly kinds?: string;
  readonly sources?: string;
} {
  const recorded = recordedBy(selectors);
  const kinds = (['reads', 'writes'] as const).filter((kind) => !recorded.some((one) => one[kind]));
  const sources = [...new Set(recorded.flatMap(({ excluded }) => excluded))].filter((source) =>
    (['reads', 'writes'] as const).some(
      (kind) => !kinds.includes(kind) && !recorded.some((one) => one[kind] && !one.excluded.includes(source)),
    ),
  );
  return {
    ...(kinds.length > 0 && {
      kinds: kinds.length === 2 ? 'records no management events' : `records no management ${kinds.join()}`,
    }),
    ...(sources.length > 0 && { sources: `leaves out the management events of ${sources.join(' and ')}` }),
  };
}

/** Whether selectors certainly record it when somebody changes a trail: then EventBridge hears of it. */
export function recordsTrailChanges(selectors: Selectors): boolean {
  return recordedBy(selectors).some(
    ({ writes, excluded }) => writes && !excluded.includes('cloudtrail.amazonaws.com'),
  );
}
