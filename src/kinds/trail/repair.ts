import type { Trail } from './schema.ts';
import { DEFAULT_EVENT_SELECTORS } from './default-selectors.ts';
import type { FIELDS, Field } from './fields.ts';
import type { ObservedTrail, TrailState } from './observed.ts';
import type { Piece } from './refusals.ts';
import type {
  AdvancedEventSelector,
  AggregationConfiguration,
  EventSelector,
  InsightSelector,
} from './selector-schema.ts';

/** The fields that CreateTrail and UpdateTrail set, all in one call. */
export type SettingsField = { [F in Field]: (typeof FIELDS)[F] extends 'settings' ? F : never }[Field];

/** Values to set; an empty string clears a field. */
export type Settings = { readonly [F in SettingsField]?: NonNullable<Trail[F]> };

/**
 * How a list is asked for one item at a time, where CloudTrail refuses it as a whole: `kept` is what it holds without the item that
 * is asked for now, `left` is what is asked for after that.
 */
export interface OneByOne<Item> {
  readonly kept: readonly Item[];
  readonly left: readonly Item[];
}

/** A basic or an advanced selector. */
export type AnySelector = EventSelector | AdvancedEventSelector;

/** One idempotent API call that removes drift. `trail` is a name. */
export type Repair =
  | { readonly kind: 'startLogging'; readonly trail: string }
  | {
      readonly kind: 'createTrail';
      readonly trail: string;
      readonly settings: Settings;
      readonly tags: Trail['TagsList'];
    }
  | {
      readonly kind: 'updateTrail';
      readonly trail: string;
      readonly settings: Settings;
      /** What it takes away for the sake of the rest, because it is broken. */
      readonly cleared?: readonly Piece[];
    }
  | {
      readonly kind: 'putEventSelectors';
      readonly trail: string;
      readonly selectors: Pick<Trail, 'EventSelectors' | 'AdvancedEventSelectors'>;
      readonly oneByOne?: OneByOne<AnySelector>;
    }
  | {
      readonly kind: 'putInsightSelectors';
      readonly trail: string;
      readonly selectors: Trail['InsightSelectors'];
      readonly oneByOne?: OneByOne<InsightSelector>;
    }
  | {
      readonly kind: 'putEventConfiguration';
      readonly trail: string;
      readonly aggregations: Trail['AggregationConfigurations'];
      readonly oneByOne?: OneByOne<AggregationConfiguration['Templates'][number]>;
    }
  | { readonly kind: 'addTags'; readonly trail: string; readonly tags: Trail['TagsList'] }
  | { readonly kind: 'removeTags'; readonly trail: string; readonly tags: Trail['TagsList'] };

function withState(observed: ObservedTrail, state: TrailState): ObservedTrail {
  return { ...observed, state: { ...observed.state, ...state } };
}

/** CloudTrail shows a cleared field as absent. */
function shown(sent: Settings): TrailState {
  return Object.fromEntries(
    Object.entries(sent).map(([field, value]) => [field, value === '' ? undefined : value]),
  );
}

/**
 * The trail as it stands once a repair has succeeded, so that a plan can be made from a reading that was taken before.
 * A created trail does not log, and has the default selectors.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-create-trail.html
 */
export function after(repair: Repair, observed: ObservedTrail): ObservedTrail {
  switch (repair.kind) {
    case 'startLogging': {
      const unread = Object.entries(observed.unread).filter(([part]) => part !== 'logging');
      return { ...withState(observed, { IsLogging: true }), unread: Object.fromEntries(unread) };
    }
    case 'createTrail':
      return {
        Name: repair.trail,
        standing: 'homed',
        state: {
          ...shown(repair.settings),
          IsLogging: false,
          EventSelectors: [...DEFAULT_EVENT_SELECTORS],
          InsightSelectors: [],
          AggregationConfigurations: [],
          TagsList: repair.tags,
        },
        unread: {},
        deliveryErrors: [],
      };
    case 'updateTrail':
      return withState(observed, shown(repair.settings));
    case 'putEventSelectors':
      return withState(observed, {
        EventSelectors: undefined,
        AdvancedEventSelectors: undefined,
        ...repair.selectors,
      });
    case 'putInsightSelectors':
      return withState(observed, { InsightSelectors: repair.selectors });
    case 'putEventConfiguration':
      return withState(observed, { AggregationConfigurations: repair.aggregations });
    case 'addTags':
    case 'removeTags': {
      const kept = (observed.state.TagsList ?? []).filter(
        ({ Key }) => !repair.tags.some((tag) => tag.Key === Key),
      );
      return withState(observed, { TagsList: repair.kind === 'addTags' ? [...kept, ...repair.tags] : kept });
    }
  }
}
