import type { Evidence } from './evidence.ts';
import { html, type Markup } from './html.ts';
import { secondsText, timeText } from './words.ts';

const WIDTH = 1000;
const LEFT = 190;
const RIGHT = 16;
const LANE = 30;
const TOP = 44;
/** What lasts a moment is seen all the same. */
const THINNEST = 3;

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS = [
  ...[SECOND, 2 * SECOND, 5 * SECOND, 10 * SECOND, 30 * SECOND],
  ...[MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE],
  ...[HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 364 * DAY],
];
const MOST_TICKS = 8;

/** Where a time is on the page, and how times are named at the axis. */
interface Scale {
  readonly x: (at: number) => number;
  readonly ticks: readonly number[];
  readonly label: (at: number) => string;
}

function scaleOf(from: number, until: number): Scale {
  const span = Math.max(until - from, 1);
  const step = STEPS.find((each) => span / each <= MOST_TICKS) ?? span;
  const first = Math.ceil(from / step) * step;
  const ticks = Array.from(
    { length: Math.floor((until - first) / step) + 1 },
    (_, index) => first + index * step,
  );
  return {
    x: (at) =>
      Math.round(
        (LEFT + ((Math.min(Math.max(at, from), until) - from) / span) * (WIDTH - LEFT - RIGHT)) * 10,
      ) / 10,
    ticks: ticks.filter((at) => at <= until),
    label: (at) => {
      const text = new Date(at).toISOString();
      if (step >= DAY) return text.slice(0, 10);
      return step >= MINUTE ? text.slice(5, 16).replace('T', ' ') : text.slice(11, 19);
    },
  };
}

/** From left to right, no thinner than can be seen. */
function bar(
  scale: Scale,
  y: number,
  height: number,
  what: string,
  from: number,
  until: number,
  title: string,
): Markup {
  const [left, right] = [scale.x(from), scale.x(until)];
  const width = Math.max(right - left, THINNEST);
  const start = Math.min(left, WIDTH - RIGHT - width);
  return html`<rect
    class="${what}"
    x="${start}"
    y="${y}"
    width="${Math.round(width * 10) / 10}"
    height="${height}"
    rx="1"
    ><title>${title}</title></rect
  >`;
}

const name = (text: string, y: number): Markup =>
  html`<text class="lane" x="${LEFT - 10}" y="${y}" text-anchor="end"
    >${text.length > 26 ? `${text.slice(0, 25)}…` : text}</text
  >`;

function trailLane({ covered, trails }: Evidence, scale: Scale, y: (lane: number) => number): Markup[] {
  return trails.map(({ name: trail, windows }, lane) => {
    const top = y(lane);
    const logging = covered
      ? bar(scale, top, 14, 'on', Date.parse(covered.from), Date.parse(covered.until), `${trail}: logging`)
      : undefined;
    const blind = windows.map(({ from, until, seconds, isOpen }) =>
      bar(
        scale,
        top - 3,
        20,
        'off',
        Date.parse(from),
        Date.parse(until),
        `${trail}: not logging for ${secondsText(seconds)} at most, ${timeText(from)} to ${timeText(until)}${isOpen ? ', and still' : ''}`,
      ),
    );
    return html`${name(trail, top + 11)}${logging}${blind}`;
  });
}

/** Each severity has a shape of its own, for print and for eyes that see no colours: the worse, the taller. */
const HEIGHTS: Readonly<Record<string, number>> = { critical: 16, high: 13, medium: 10, low: 7, info: 5 };

function incidentMarks({ incidents }: Evidence, scale: Scale): Markup {
  const base = TOP - 8;
  return html`${name('incidents', base - 2)}${incidents.map(({ severity, detected, subject }) => {
    const [x, height] = [scale.x(Date.parse(detected)), HEIGHTS[severity] ?? 5];
    const points = `${x},${base} ${x - 4},${base - height} ${x + 4},${base - height}`;
    return html`<polygon class="${severity}" points="${points}"
      ><title>${timeText(detected)} ${subject}</title></polygon
    >`;
  })}`;
}

/** What happened when: a lane for each trail, for the sweeps and for the changes of the baseline. */
export function timeline(evidence: Evidence): Markup {
  const { from, until, covered, trails, sweeps, commits = [] } = evidence;
  const [start, end] = [Date.parse(from), Date.parse(until)];
  const scale = scaleOf(start, end);
  const y = (lane: number) => TOP + 10 + lane * LANE;
  const inPeriod = commits.filter(({ at }) => Date.parse(at) >= start && Date.parse(at) < end);
  let lanes = trails.length;
  const sweepLane = sweeps ? y(lanes++) : undefined;
  const commitLane = inPeriod.length > 0 ? y(lanes++) : undefined;
  const bottom = y(lanes);
  const height = bottom + 26;
  const dark = [
    [start, covered ? Date.parse(covered.from) : end],
    [covered ? Date.parse(covered.until) : end, end],
  ] as const;
  return html`<svg
    class="timeline"
    viewBox="0 0 ${WIDTH} ${height}"
    role="img"
    aria-label="Timeline of the period"
  >
    <defs>
      <pattern id="unknown" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line class="hatch" x1="0" y1="0" x2="0" y2="6" />
      </pattern>
    </defs>
    ${dark
      .filter(([left, right]) => right > left)
      .map(
        ([left, right]) =>
          html`<rect
            class="unknown"
            x="${scale.x(left)}"
            y="${TOP}"
            width="${scale.x(right) - scale.x(left)}"
            height="${bottom - TOP}"
            ><title>not covered by a ledger</title></rect
          >`,
      )}
    ${scale.ticks.map((at) => {
      const x = scale.x(at);
      return html`<line class="tick" x1="${x}" y1="${TOP}" x2="${x}" y2="${bottom}" /><text
          class="tick"
          x="${Math.min(Math.max(x, LEFT), WIDTH - 34)}"
          y="${bottom + 18}"
          text-anchor="middle"
          >${scale.label(at)}</text
        >`;
    })}
    ${incidentMarks(evidence, scale)} ${trailLane(evidence, scale, y)}
    ${
      sweeps && sweepLane !== undefined && covered
        ? html`${name('sweeps', sweepLane + 11)}${bar(scale, sweepLane, 14, 'swept', Date.parse(covered.from), Date.parse(covered.until), `${sweeps.run} sweeps`)}${sweeps.short.map(
            (short) =>
              bar(
                scale,
                sweepLane - 3,
                20,
                'missed',
                Date.parse(short.from),
                Date.parse(short.until),
                `${short.run} of ${short.due} sweeps, ${timeText(short.from)} to ${timeText(short.until)}`,
              ),
          )}`
        : undefined
    }
    ${
      commitLane === undefined
        ? undefined
        : html`${name('baseline changed', commitLane + 11)}${inPeriod.map(({ at, id, subject }) => {
            const x = scale.x(Date.parse(at));
            return html`<path class="commit" d="M${x} ${commitLane - 1}l8 8l-8 8l-8 -8z"
              ><title>${timeText(at)} ${id.slice(0, 10)} ${subject}</title></path
            >`;
          })}`
    }
  </svg>`;
}
