import { isDeepStrictEqual } from 'node:util';
import { lastChangeOf } from '../incident/delivery.ts';
import type { Incident } from '../incident/incident.ts';
import type { Pass } from '../incident/pass.ts';
import { idOfResource, isResourceRestored, wrongWithResource } from '../incident/resources.ts';
import { deliveryFaultsOf, gapOf } from '../incident/verdict.ts';
import type { DeclaredResource, ResourceOutcome } from '../kinds/resource.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { isSilencing } from '../record/call.ts';
import type { Ledger, Remembered } from './ledger.ts';

const DAY_MS = 24 * 60 * 60_000;

/** What was last told to be wrong with one trail or resource. */
export type Trouble = Remembered['trouble'];

/** Nothing was ever told. */
const NONE: Trouble = { wrong: '', toldAt: 0 };

/** What is wrong with a trail once a pass is over, as a text to compare; empty where nothing is. */
function wrongWith(outcome: TrailOutcome): string {
  const { remaining, last } = outcome;
  const wrong = [
    ...remaining.map(({ field }) => field),
    ...Object.entries(last.unread).map(([part, why]) => `${part}: ${why}`),
    ...deliveryFaultsOf(outcome),
  ];
  return wrong.join('\n');
}

/** Two functions sweep: what both have seen at once is told once. */
function isToldByAnother(
  { seenAt }: Incident,
  { found, remaining }: Pick<TrailOutcome | ResourceOutcome, 'found' | 'remaining'>,
  told = NONE,
): boolean {
  const isAtOnce = told.toldUntil !== undefined && told.toldUntil >= seenAt && remaining.length === 0;
  return isAtOnce && found.every(({ field }) => told.found?.includes(field));
}

/**
 * Whether a pass without a call has something to tell that was not told: drift that was found and removed; a silence that nobody has told
 * of; or something wrong that is not what was last told to be wrong, or was told a day ago.
 */
export function isNews(incident: Incident, outcome: TrailOutcome, told = NONE): boolean {
  const { found, remaining, attempts } = outcome;
  const gap = gapOf(incident, outcome);
  if (gap && gap.from > (told.silentUntil ?? 0)) return true;
  if (isToldByAnother(incident, outcome, told)) return false;
  const isMended = found.some((drift) => !remaining.some(({ field }) => field === drift.field));
  if (isMended && attempts.some(({ error }) => !error)) return true;
  const wrong = wrongWith(outcome);
  return wrong !== '' && (wrong !== told.wrong || incident.seenAt - told.toldAt >= DAY_MS);
}

/** What is remembered of a trail once a pass has been told. */
function troubleAfter(incident: Incident, outcome: TrailOutcome, told: Trouble, isTold: boolean): Trouble {
  const wrong = wrongWith(outcome);
  const isSilenced =
    gapOf(incident, outcome) !== undefined ||
    outcome.found.some(({ field }) => field === 'IsLogging') ||
    incident.calls.some((call) => call.trail?.Name === outcome.Name && isSilencing(call));
  const silentUntil = isTold && isSilenced ? outcome.verifiedAt : told.silentUntil;
  return {
    wrong,
    toldAt: isTold || wrong !== told.wrong ? incident.seenAt : told.toldAt,
    ...(silentUntil !== undefined && { silentUntil }),
    ...seenIn(outcome, told, isTold),
  };
}

function seenIn(
  { found, verifiedAt }: Pick<TrailOutcome | ResourceOutcome, 'found' | 'verifiedAt'>,
  told: Trouble,
  isTold: boolean,
): Pick<Trouble, 'toldUntil' | 'found'> {
  if (isTold && found.length > 0) return { toldUntil: verifiedAt, found: found.map(({ field }) => field) };
  return {
    ...(told.toldUntil !== undefined && { toldUntil: told.toldUntil }),
    ...(told.found && { found: told.found }),
  };
}

/**
 * Whether a pass without a call has something to tell of a resource that was not told: drift that was found and removed, or something wrong
 * that is not what was last told to be wrong, or was told a day ago.
 */
export function isResourceNews(incident: Incident, outcome: ResourceOutcome, told = NONE): boolean {
  if (isToldByAnother(incident, outcome, told)) return false;
  if (isResourceRestored(outcome)) return true;
  const wrong = wrongWithResource(outcome);
  return wrong !== '' && (wrong !== told.wrong || incident.seenAt - told.toldAt >= DAY_MS);
}

/** What is remembered of a resource once a pass has been told. */
function resourceTroubleAfter(
  incident: Incident,
  outcome: ResourceOutcome,
  told: Trouble,
  isTold: boolean,
): Trouble {
  const wrong = wrongWithResource(outcome);
  const toldAt = isTold || wrong !== told.wrong ? incident.seenAt : told.toldAt;
  const by = lastChangeOf(incident, outcome.declared) ?? told.by;
  return { wrong, toldAt, ...(by && { by }), ...seenIn(outcome, told, isTold) };
}

/** What was last told to be wrong with all that a pass has seen, by its id. */
export async function troublesOf(
  { ledger }: { readonly ledger: Ledger },
  { outcomes, resources }: Pick<Pass, 'outcomes' | 'resources'>,
): Promise<ReadonlyMap<string, Trouble>> {
  const ids = [...outcomes.map(({ Name }) => Name), ...resources.map(idOfResource)];
  return new Map((await ledger.read('trouble', ids)).map(({ id, value }) => [id, value]));
}

/**
 * Remembers what is wrong once a pass has been told, with each in the incident that `tellingOf` names, or not told. What is
 * as it was is not written again: there are a hundred resources, and a sweep every few minutes.
 */
export async function noteTroubles(
  { ledger }: { readonly ledger: Ledger },
  { outcomes, resources }: Pass,
  before: ReadonlyMap<string, Trouble>,
  base: Incident,
  tellingOf: (outcome: TrailOutcome | ResourceOutcome) => Incident | undefined,
): Promise<void> {
  const note = async (id: string, after: (told: Trouble) => Trouble) => {
    const told = before.get(id) ?? NONE;
    const now = after(told);
    if (!isDeepStrictEqual(now, told)) await ledger.write('trouble', id, now);
  };
  for (const outcome of outcomes) {
    const isTold = tellingOf(outcome) !== undefined;
    await note(outcome.Name, (told) => troubleAfter(base, outcome, told, isTold));
  }
  for (const outcome of resources) {
    const telling = tellingOf(outcome);
    const isTold = telling !== undefined;
    await note(idOfResource(outcome), (told) => resourceTroubleAfter(telling ?? base, outcome, told, isTold));
  }
}

/** Where a trail of a pass cannot deliver: what was last told of what it delivers through, by its id. */
export async function rememberedPath(
  { ledger, guarded }: { readonly ledger: Ledger; readonly guarded: readonly DeclaredResource[] },
  { outcomes }: Pass,
): Promise<NonNullable<Incident['remembered']>> {
  const ailing = outcomes.filter((outcome) => deliveryFaultsOf(outcome).length > 0).map(({ Name }) => Name);
  const path = guarded.filter(({ trails }) => trails.some((name) => ailing.includes(name)));
  if (path.length === 0) return {};
  const told = await ledger.read(
    'trouble',
    path.map((declared) => idOfResource({ declared })),
  );
  return Object.fromEntries(told.map(({ id, value }) => [id, value]));
}
