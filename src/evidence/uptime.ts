import type { SentRecord } from './record-schema.ts';
import type { Period } from './sources.ts';

/** A stretch in which a trail did not log, at most. Times are ISO 8601, UTC. */
export interface BlindWindow {
  readonly from: string;
  readonly until: string;
  readonly seconds: number;
  /** No message says that it logs again. */
  readonly isOpen: boolean;
}

/** How long a trail logged, as far as the messages say. */
export interface TrailUptime {
  readonly name: string;
  readonly declared: boolean;
  readonly secondsCovered: number;
  readonly secondsBlind: number;
  /** From 0 to 1; absent where no time is covered. */
  readonly uptime?: number;
  readonly windows: readonly BlindWindow[];
}

interface Stretch extends Period {
  readonly isOpen: boolean;
}

/** One reading of a trail, as a message tells it, in ms since the epoch. */
interface Reading {
  readonly name: string;
  readonly declared: boolean;
  readonly at: number;
  readonly isOff: boolean;
  readonly isOn: boolean;
  /** Since when it is off, at the latest, if it is. */
  readonly offSince: number;
  readonly blind?: Period;
}

function readingsOf(sent: readonly SentRecord[]): Reading[] {
  const readings = sent.flatMap(({ report: { trails, times } }) =>
    trails.map(({ name, declared, standing, isLogging, verified, blind }) => {
      const at = Date.parse(verified);
      return {
        name,
        declared,
        at,
        isOff: isLogging === false || (standing === 'missing' && isLogging !== true),
        isOn: isLogging === true,
        offSince: Math.min(at, Date.parse(times.happened ?? times.detected)),
        ...(blind && { blind: { from: Date.parse(blind.from), until: Date.parse(blind.until) } }),
      };
    }),
  );
  return readings.sort((a, b) => a.at - b.at);
}

/** The stretches in which a trail was off, those that overlap as one. */
function stretchesOf(readings: readonly Reading[], end: number): Stretch[] {
  const all = readings.flatMap((reading, index): Stretch[] => {
    const { blind, isOff, offSince, at } = reading;
    if (blind) return [{ ...blind, isOpen: false }];
    if (!isOff) return [];
    const back = readings.slice(index + 1).find(({ isOn }) => isOn);
    return [{ from: offSince, until: Math.max(back?.at ?? end, at), isOpen: back === undefined }];
  });
  const merged: Stretch[] = [];
  for (const next of all.sort((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (!last || next.from > last.until) merged.push(next);
    else
      merged[merged.length - 1] = {
        from: last.from,
        until: Math.max(last.until, next.until),
        isOpen: last.isOpen || next.isOpen,
      };
  }
  return merged;
}

/**
 * How long each trail logged in the time that the evidence covers: the declared ones, and those that messages tell of. A trail logs unless a
 * message says otherwise; one that was left off counts as off until a message says that it is on.
 */
export function uptimesOf(
  sent: readonly SentRecord[],
  declared: readonly string[],
  covered: Period | undefined,
): TrailUptime[] {
  const { from, until } = covered ?? { from: 0, until: 0 };
  const readings = readingsOf(sent);
  const told = readings.filter(({ at }) => at >= from && at < until).map(({ name }) => name);
  return [...new Set([...declared, ...told])].map((name) => {
    const own = readings.filter((reading) => reading.name === name);
    const windows = stretchesOf(own, until)
      .map((each) => ({ ...each, from: Math.max(each.from, from), until: Math.min(each.until, until) }))
      .filter((each) => each.until > each.from)
      .map((each) => ({
        from: new Date(each.from).toISOString(),
        until: new Date(each.until).toISOString(),
        seconds: (each.until - each.from) / 1000,
        isOpen: each.isOpen,
      }));
    const secondsCovered = (until - from) / 1000;
    const secondsBlind = windows.reduce((sum, { seconds }) => sum + seconds, 0);
    return {
      name,
      declared: declared.includes(name) || (own.at(-1)?.declared ?? false),
      secondsCovered,
      secondsBlind,
      ...(secondsCovered > 0 && { uptime: 1 - secondsBlind / secondsCovered }),
      windows,
    };
  });
}
