import { DEFAULT_EVENT_SELECTORS } from './default-selectors.ts';
import { sameValue } from './drift.ts';
import { missingManagementEvents } from './management-events.ts';
import type { ObservedTrail, TrailState } from './observed.ts';
import { type Asked, beginOneByOne, continueOneByOne } from './one-by-one.ts';
import { CLEARED, isAskedFor, only, piecesOf, type SettingPiece, without } from './pieces.ts';
import { meaningOf, type Piece, type Refused } from './refusals.ts';
import type { AnySelector, OneByOne, Repair } from './repair.ts';

type Of<Kind extends Repair['kind']> = Extract<Repair, { readonly kind: Kind }>;

/** What is known beside the refused repair. */
export interface Circumstances {
  /** The emergency sink, if there is one. */
  readonly sink?: string | undefined;
  /** The trail as it stands by now, if it has been read. */
  readonly observed?: ObservedTrail | undefined;
}

/**
 * A step down: what to ask for instead of a refused repair, given the pieces that the error blames. None ends it; undefined where the
 * step is not for this repair, then the next one is.
 */
type Step<Kind extends Repair['kind']> = readonly [
  words: string,
  step: (repair: Of<Kind>, blamed: readonly Piece[], circumstances: Circumstances) => Repair[] | undefined,
];

/** CreateTrail: whatever comes of it, a trail comes of it. What is left out follows by the other calls. */
export const CREATE_STEPS: readonly Step<'createTrail'>[] = [
  [
    'into the emergency sink, where the bucket is blamed',
    (repair, blamed, { sink }) => {
      const isBlamed = blamed.find((piece) => isAskedFor(repair.settings, piece)) === 'bucket';
      if (!isBlamed || sink === undefined || repair.settings.S3BucketName === sink) return undefined;
      return [{ ...repair, settings: { ...without(repair.settings, ['prefix']), S3BucketName: sink } }];
    },
  ],
  [
    'without what is blamed',
    (repair, blamed) => {
      const { settings, tags } = repair;
      if (blamed.includes('tags') && tags.length > 0) return [{ ...repair, tags: [] }];
      const piece = blamed.find((each) => each !== 'bucket' && isAskedFor(settings, each));
      return piece && [{ ...repair, settings: without(settings, [piece]) }];
    },
  ],
  [
    'name and bucket alone',
    (repair) => {
      const settings = only(repair.settings, ['bucket']);
      const isLess = piecesOf(repair.settings).length > 1 || repair.tags.length > 0;
      return isLess ? [{ ...repair, settings, tags: [] }] : undefined;
    },
  ],
  [
    'into the emergency sink',
    (repair, _blamed, { sink }) =>
      sink === undefined || repair.settings.S3BucketName === sink
        ? undefined
        : [{ ...repair, settings: { S3BucketName: sink } }],
  ],
];

/** The pieces that an UpdateTrail is about: what it takes away for the sake of others is not what it is about. */
function purposes({ settings, cleared = [] }: Of<'updateTrail'>): SettingPiece[] {
  return piecesOf(settings).filter((piece) => !cleared.includes(piece));
}

const isAbout = (repair: Of<'updateTrail'>, piece: Piece): boolean =>
  purposes(repair).some((other) => other === piece);

/**
 * A part of it, with nothing taken away: that may be what CloudTrail refuses, and what is in the way of the part, too, it blames again.
 */
function about(repair: Of<'updateTrail'>, pieces: readonly Piece[]): Of<'updateTrail'>[] {
  const { kind, trail, settings } = repair;
  const kept = purposes(repair).filter((piece) => pieces.includes(piece));
  return kept.length === 0 ? [] : [{ kind, trail, settings: only(settings, kept) }];
}

function clear(repair: Of<'updateTrail'>, pieces: readonly Piece[]): Of<'updateTrail'> {
  const values = pieces.map((piece) => CLEARED[piece]);
  return {
    ...repair,
    settings: Object.assign({}, repair.settings, ...values) as typeof repair.settings,
    cleared: [...(repair.cleared ?? []), ...pieces],
  };
}

/** Whether a piece that the call does not name stands in its way: nobody gives up an organisation for less than the bucket. */
function isInTheWay(repair: Of<'updateTrail'>, piece: Piece, { observed }: Circumstances): boolean {
  if (CLEARED[piece] === undefined || piecesOf(repair.settings).some((other) => other === piece))
    return false;
  if (piece === 'organization' && repair.settings.S3BucketName === undefined) return false;
  const isUnknown = observed === undefined || observed.unread.settings !== undefined;
  return isUnknown || isAskedFor(observed.state, piece);
}

/** Into the sink, unless it is there already; for the sake of the rest, where the call is not about the bucket. */
function intoSink(repair: Of<'updateTrail'>, { sink, observed }: Circumstances): Repair[] | undefined {
  const { settings, cleared = [] } = repair;
  if (sink === undefined || [settings.S3BucketName, observed?.state.S3BucketName].includes(sink))
    return undefined;
  return [
    {
      ...repair,
      settings: { ...settings, S3BucketName: sink, S3KeyPrefix: '' },
      ...(settings.S3BucketName === undefined && { cleared: [...cleared, 'bucket', 'prefix'] }),
    },
  ];
}

const OPTIONAL: readonly Piece[] = ['key', 'logs', 'topic'];

function halves<T>(items: readonly T[]): T[][] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** UpdateTrail: no setting keeps another one away. */
export const UPDATE_STEPS: readonly Step<'updateTrail'>[] = [
  [
    'what is blamed: into the emergency sink, where it is the bucket; cleared, where the trail has it and the call does not name it; else left out, then asked for alone',
    (repair, blamed, circumstances) => {
      for (const piece of blamed) {
        const rescue = piece === 'bucket' ? intoSink(repair, circumstances) : undefined;
        if (rescue) return rescue;
        if (isInTheWay(repair, piece, circumstances)) return [clear(repair, [piece])];
        if (!isAbout(repair, piece) || !isAskedFor(repair.settings, piece)) continue;
        const out: Piece[] = piece === 'bucket' ? ['bucket', 'prefix'] : [piece];
        const rest = about(
          repair,
          purposes(repair).filter((other) => !out.includes(other)),
        );
        if (rest.length > 0) return [...rest, ...about(repair, out)];
      }
      return undefined;
    },
  ],
  [
    'in halves',
    (repair) => {
      const pieces = purposes(repair);
      const [first, ...rest] = halves(pieces);
      // A prefix goes with its bucket: it follows once that is back.
      const isOneBucket = first?.includes('bucket') && rest.flat().join() === 'prefix';
      return pieces.length > 1
        ? (isOneBucket ? [first ?? []] : halves(pieces)).flatMap((half) => about(repair, half))
        : undefined;
    },
  ],
  [
    'the bucket, with every other destination cleared',
    (repair, blamed, circumstances) => {
      if (blamed.includes('bucket')) return undefined;
      const others = OPTIONAL.filter((piece) => isInTheWay(repair, piece, circumstances));
      return isAbout(repair, 'bucket') && others.length > 0 ? [clear(repair, others)] : undefined;
    },
  ],
  [
    'into the emergency sink',
    (repair, _blamed, circumstances) =>
      isAbout(repair, 'bucket') ? intoSink(repair, circumstances) : undefined,
  ],
];

/** Tags: no tag keeps another one away. */
export const TAG_STEPS: readonly Step<'addTags' | 'removeTags'>[] = [
  [
    'in halves',
    ({ tags, ...repair }) =>
      tags.length > 1 ? halves(tags).map((half) => ({ ...repair, tags: half })) : undefined,
  ],
];

function firstStep<Kind extends Repair['kind']>(
  steps: readonly Step<Kind>[],
  repair: Of<Kind>,
  blamed: readonly Piece[],
  circumstances: Circumstances,
): Repair[] {
  for (const [, step] of steps) {
    const less = step(repair, blamed, circumstances);
    if (less) return less;
  }
  return [];
}

/** A list that a call replaces whole is asked for item by item where CloudTrail refuses the whole. */
function lessOfList<Item>(
  items: readonly Item[],
  oneByOne: OneByOne<Item> | undefined,
  isRefused: boolean,
  begin: () => Asked<Item> | undefined,
): Asked<Item> | undefined {
  if (oneByOne) return continueOneByOne(items, oneByOne, isRefused);
  return isRefused ? begin() : undefined;
}

/** Stands in for the selectors of management events where CloudTrail refuses them: a trail records them whatever happens. */
const STAND_INS: Readonly<Record<'EventSelectors' | 'AdvancedEventSelectors', readonly AnySelector[]>> = {
  EventSelectors: DEFAULT_EVENT_SELECTORS,
  AdvancedEventSelectors: [{ FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
};

const isOfManagement = (selector: AnySelector): boolean =>
  'FieldSelectors' in selector
    ? selector.FieldSelectors.some(
        ({ Field, Equals }) => Field === 'eventCategory' && Equals?.includes('Management'),
      )
    : selector.IncludeManagementEvents;

/** The selectors to try one by one: those of management events, what stands in for them, then the others. */
function selectorsToTry(
  selectors: readonly AnySelector[],
  standIns: readonly AnySelector[],
  live: TrailState,
): readonly AnySelector[] {
  const ofManagement = selectors.filter(isOfManagement);
  if (selectors.length < 2)
    return ofManagement.length > 0 && missingManagementEvents(live).kinds ? standIns : [];
  return [
    ...ofManagement,
    ...(ofManagement.length > 0 ? standIns : []),
    ...selectors.filter((selector) => !isOfManagement(selector)),
  ];
}

/** Whether what is added next stands in for selectors that are there. */
const isMoot = (
  { items, oneByOne: { kept } }: Asked<AnySelector>,
  standIns: readonly AnySelector[],
): boolean =>
  items.length > kept.length &&
  kept.some(isOfManagement) &&
  standIns.some((standIn) => sameValue('EventSelectors', [standIn], [items.at(-1)]));

function lessOfSelectors(repair: Of<'putEventSelectors'>, isRefused: boolean, live: TrailState): Repair[] {
  const field = repair.selectors.AdvancedEventSelectors ? 'AdvancedEventSelectors' : 'EventSelectors';
  const asked: readonly AnySelector[] = repair.selectors[field] ?? [];
  const wanted = selectorsToTry(asked, STAND_INS[field], live);
  const first = lessOfList(asked, repair.oneByOne, isRefused, () =>
    beginOneByOne<AnySelector>(wanted, live[field] ?? [], (a, b) => sameValue(field, [a], [b])),
  );
  const next =
    first && isMoot(first, STAND_INS[field]) ? continueOneByOne(first.items, first.oneByOne, true) : first;
  if (!next) return [];
  const selectors = { [field]: next.items } as typeof repair.selectors;
  return [{ ...repair, selectors, oneByOne: next.oneByOne }];
}

function lessOfInsights(repair: Of<'putInsightSelectors'>, isRefused: boolean, live: TrailState): Repair[] {
  const { selectors, oneByOne } = repair;
  const next = lessOfList(selectors, oneByOne, isRefused, () =>
    selectors.length > 1
      ? beginOneByOne(selectors, live.InsightSelectors ?? [], (a, b) =>
          sameValue('InsightSelectors', [a], [b]),
        )
      : undefined,
  );
  return next ? [{ ...repair, selectors: [...next.items], oneByOne: next.oneByOne }] : [];
}

/** A trail has one aggregation, of data events, so that its templates are the items. */
function lessOfAggregation(
  repair: Of<'putEventConfiguration'>,
  isRefused: boolean,
  live: TrailState,
): Repair[] {
  const [asked] = repair.aggregations;
  if (!asked) return [];
  const { Templates } = asked;
  const next = lessOfList(Templates, repair.oneByOne, isRefused, () =>
    Templates.length > 1
      ? beginOneByOne(Templates, live.AggregationConfigurations?.[0]?.Templates ?? [], (a, b) => a === b)
      : undefined,
  );
  return next
    ? [{ ...repair, aggregations: [{ ...asked, Templates: [...next.items] }], oneByOne: next.oneByOne }]
    : [];
}

/**
 * What to ask for once CloudTrail has answered a repair, for an imperfect log beats no log: less of it where it was refused, more of
 * it where a list is asked for item by item. None where there is nothing else to try.
 */
export function fallback(
  repair: Repair,
  refusal: Refused | undefined,
  circumstances: Circumstances = {},
): Repair[] {
  const meaning = refusal ? meaningOf(refusal) : [];
  if (meaning === 'transient' || meaning === 'hopeless') return [];
  const isRefused = refusal !== undefined;
  const live = circumstances.observed?.state ?? {};
  // What blames the trail's destinations or the organisation is not about an item of a list.
  const isOfItems = meaning.every((piece) => ['items', 'tags', 'recursion'].includes(piece));
  switch (repair.kind) {
    case 'createTrail':
      return isRefused ? firstStep(CREATE_STEPS, repair, meaning, circumstances) : [];
    case 'updateTrail':
      return isRefused ? firstStep(UPDATE_STEPS, repair, meaning, circumstances) : [];
    case 'addTags':
    case 'removeTags':
      return isRefused && isOfItems ? firstStep(TAG_STEPS, repair, meaning, circumstances) : [];
    case 'putEventSelectors':
      return isOfItems ? lessOfSelectors(repair, isRefused, live) : [];
    case 'putInsightSelectors':
      return isOfItems ? lessOfInsights(repair, isRefused, live) : [];
    case 'putEventConfiguration':
      return isOfItems ? lessOfAggregation(repair, isRefused, live) : [];
    case 'startLogging':
      return [];
  }
}
