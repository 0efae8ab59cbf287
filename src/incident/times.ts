import type { Incident } from './incident.ts';
import type { TrailOutcome } from '../kinds/trail/shape.ts';
import { silenceOf } from './silence.ts';
import { callOf, callOn } from './telling-call.ts';
import { concernedTrails, gapOf } from './verdict.ts';
import type { Gap } from '../kinds/trail/delivery.ts';

/** When an incident happened, was seen and was over: in ms since the epoch, and in seconds from one to the next. */
export interface Times {
  /** CloudTrail's own time of the call that tells most, in whole seconds. */
  readonly happened?: number;
  readonly detected: number;
  /** Absent where no trail was looked at. */
  readonly verified?: number;
  readonly secondsToDetect?: number;
  readonly secondsToHeal?: number;
}

/** The seconds between two times in ms; clocks that disagree make none of them negative. */
export function secondsBetween(from: number, until: number): number {
  return Math.max(until - from, 0) / 1000;
}

/** How long it took to see what happened, and from then to the last reading. */
export function timesOf(incident: Incident): Times {
  const { seenAt, outcomes, resources } = incident;
  const time = callOf(incident)?.time;
  const happened = time === undefined ? undefined : Date.parse(time);
  const looked = [...outcomes, ...resources].map(({ verifiedAt }) => verifiedAt);
  const verified = Math.max(...looked);
  return {
    ...(happened !== undefined && { happened, secondsToDetect: secondsBetween(happened, seenAt) }),
    detected: seenAt,
    ...(looked.length > 0 && { verified, secondsToHeal: secondsBetween(seenAt, verified) }),
  };
}

/** How long at most a trail did not log that logs again: the digest chain has a gap as long as this. */
export function blindWindowOf(incident: Incident, outcome: TrailOutcome): Gap | undefined {
  if (!outcome.last.state.IsLogging) return undefined;
  const silence = silenceOf(incident, outcome);
  const time = callOn(incident, outcome.Name)?.time;
  const gap = gapOf(incident, outcome);
  const stopped = silence === 'gap' ? undefined : outcome.first.times?.stoppedLogging;
  const from = silence === 'call' && time ? Date.parse(time) : (gap?.from ?? stopped);
  const until = silence === 'gap' ? gap?.until : outcome.verifiedAt;
  return silence === undefined || from === undefined || until === undefined ? undefined : { from, until };
}

/** The blind windows of the trails that have a part in an incident, in seconds. */
export function secondsBlind(incident: Incident): number[] {
  return concernedTrails(incident).flatMap((outcome) => {
    const window = blindWindowOf(incident, outcome);
    return window ? secondsBetween(window.from, window.until) : [];
  });
}
