import { html, type Markup } from './html.ts';
import { secondsText } from './words.ts';

const WIDTH = 1000;
const HEIGHT = 190;
const BOTTOM = 150;
const TALLEST = 118;

/** Upper bounds of the bars, in seconds: what lasts no longer belongs to the first that holds it. */
const BOUNDS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 900, 3600, Infinity];

/** How many bars are drawn at least. */
const FEWEST = 8;

interface Bar {
  readonly label: string;
  readonly count: number;
}

/** How many values fall into each bar, without the empty ones at both ends. */
export function barsOf(values: readonly number[]): Bar[] {
  const bars = BOUNDS.map((bound, index) => {
    const above = BOUNDS[index - 1] ?? -Infinity;
    const label = bound === Infinity ? `> ${secondsText(above)}` : `≤ ${secondsText(bound)}`;
    return { label, count: values.filter((value) => value > above && value <= bound).length };
  });
  const first = bars.findIndex(({ count }) => count > 0);
  const last = bars.findLastIndex(({ count }) => count > 0);
  if (first < 0) return [];
  const spare = Math.max(0, FEWEST - (last - first + 1));
  const start = Math.max(0, Math.min(first - Math.floor(spare / 2), bars.length - FEWEST));
  return bars.slice(start, Math.max(last + 1, start + FEWEST));
}

/** How many incidents took how long. */
export function histogram(values: readonly number[], label: string): Markup | undefined {
  const bars = barsOf(values);
  if (bars.length === 0) return undefined;
  const most = Math.max(...bars.map(({ count }) => count));
  const room = WIDTH / bars.length;
  return html`<svg class="histogram" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${label}">
    <line class="tick" x1="0" y1="${BOTTOM}" x2="${WIDTH}" y2="${BOTTOM}" />
    ${bars.map(({ label: bound, count }, index) => {
      const height = Math.round((count / most) * TALLEST);
      const [left, middle] = [Math.round(index * room + room * 0.14), Math.round((index + 0.5) * room)];
      return html`<g
        ><rect
          class="bar"
          x="${left}"
          y="${BOTTOM - height}"
          width="${Math.round(room * 0.72)}"
          height="${height}"
          rx="2"
        />${
          count > 0
            ? html`<text class="count" x="${middle}" y="${BOTTOM - height - 7}" text-anchor="middle"
                >${count}</text
              >`
            : undefined
        }<text class="tick" x="${middle}" y="${BOTTOM + 20}" text-anchor="middle">${bound}</text></g
      >`;
    })}
  </svg>`;
}
