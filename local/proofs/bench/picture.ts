import type { Measurements } from './measurements.ts';
import { ms, timesAsLong } from './rows.ts';
import type { Spread } from '../statistics.ts';

interface Bar {
  readonly name: string;
  readonly spread: Spread;
}

interface Group {
  readonly title: string;
  /** One of them is Trailkeeper's. */
  readonly bars: readonly Bar[];
}

const TRAILKEEPER = 'Trailkeeper';

const WIDTH = 720;
const MARGIN = 24;
const BARS_AT = 232;
const LONGEST = 290;
const RATIOS_AT = WIDTH - MARGIN;
const ROW = 30;
const HEAD = 52;
const FOOT = 44;

// It lies on a card of its own colour, for GitHub shows pictures on white and on black.
const STYLE = `
    .card { fill: #ffffff; stroke: #d0d7de }
    text { font: 13px -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328 }
    .title { font-weight: 600 }
    .value { font-size: 12px; fill: #59636e }
    .other { fill: #afb8c1 }
    .own { fill: #0969da }
    .spread { stroke: #1f2328; stroke-width: 1.5; opacity: 0.55 }
    @media (prefers-color-scheme: dark) {
      .card { fill: #0d1117; stroke: #3d444d }
      text { fill: #f0f6fc }
      .value { fill: #9198a1 }
      .other { fill: #57606a }
      .own { fill: #388bfd }
      .spread { stroke: #f0f6fc }
    }`;

function groupsOf({ imports, restarts }: Measurements): readonly Group[] {
  const { same, trailkeeper, defaults, python } = restarts;
  return [
    {
      title: 'Import, beside CloudTrailClient and SNSClient alone',
      bars: [
        { name: 'bare clients, same settings', spread: imports.same.inProcess },
        { name: TRAILKEEPER, spread: imports.trailkeeper.inProcess },
        { name: "bare clients, plugin's defaults", spread: imports.defaults.inProcess },
      ],
    },
    {
      title: 'Process start until StartLogging leaves, beside those who do only that',
      bars: [
        { name: 'bare client, same settings', spread: same },
        { name: TRAILKEEPER, spread: trailkeeper },
        { name: "bare client, plugin's defaults", spread: defaults },
        ...(python ? [{ name: 'Python, boto3', spread: python }] : []),
      ],
    },
  ];
}

const heightOf = ({ bars }: Group): number => HEAD + bars.length * ROW;

function drawBar({ name, spread }: Bar, own: Spread, top: number, scale: number): string {
  const at = (value: number) => (BARS_AT + value * scale).toFixed(1);
  const { median, lowerQuartile, upperQuartile } = spread;
  const isOwn = name === TRAILKEEPER;
  const ratio = isOwn ? '' : `${timesAsLong(own, spread).toFixed(2)} ×`;
  const middle = top + ROW / 2;
  const labelAt = BARS_AT + Math.max(median, upperQuartile) * scale + 8;
  return `
  <text x="${BARS_AT - 10}" y="${middle + 5}" text-anchor="end"${isOwn ? ' class="title"' : ''}>${name}</text>
  <rect class="${isOwn ? 'own' : 'other'}" x="${BARS_AT}" y="${top + 5}" width="${(median * scale).toFixed(1)}" height="${ROW - 10}" rx="2"/>
  <path class="spread" d="M${at(lowerQuartile)} ${middle}H${at(upperQuartile)}"/>
  <text class="value" x="${labelAt.toFixed(1)}" y="${middle + 5}">${ms(median)}</text>
  <text class="value" x="${RATIOS_AT}" y="${middle + 5}" text-anchor="end">${ratio}</text>`;
}

function drawGroup({ title, bars }: Group, top: number): string {
  const own = bars.find(({ name }) => name === TRAILKEEPER);
  if (!own) throw new Error(`${title}: nothing of Trailkeeper was measured`);
  const scale =
    LONGEST / Math.max(...bars.map(({ spread }) => Math.max(spread.median, spread.upperQuartile)));
  const drawn = bars.map((bar, index) => drawBar(bar, own.spread, top + HEAD + index * ROW - 8, scale));
  return `
  <text class="title" x="${MARGIN}" y="${top + 30}">${title}</text>
  <text class="value" x="${RATIOS_AT}" y="${top + 30}" text-anchor="end">${TRAILKEEPER} takes</text>${drawn.join('')}`;
}

const inWords = ({ title, bars }: Group): string =>
  `${title}: ${bars.map(({ name, spread }) => `${name} ${ms(spread.median)}`).join(', ')}.`;

/** The times as an SVG picture of horizontal bars: medians, with a line from quartile to quartile. For light and dark pages. */
export function picture(measurements: Measurements): string {
  const { date, machine } = measurements;
  const groups = groupsOf(measurements);
  const tops = groups.map((_, index) =>
    groups.slice(0, index).reduce((sum, group) => sum + heightOf(group), 0),
  );
  const height = groups.reduce((sum, group) => sum + heightOf(group), 0) + FOOT;
  const count = measurements.imports.trailkeeper.inProcess.count;
  const caption = `Medians and quartiles of ${count} fresh processes, Node.js ${machine.node}, ${machine.cpus} CPUs, ${date}. Shorter is better.`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-labelledby="title desc">
  <title id="title">How fast Trailkeeper starts, compared with bare SDK clients</title>
  <desc id="desc">${groups.map(inWords).join(' ')} ${caption}</desc>
  <style>${STYLE}
  </style>
  <rect class="card" x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="6"/>${groups
    .map((group, index) => drawGroup(group, tops[index] ?? 0))
    .join('')}
  <text class="value" x="${MARGIN}" y="${height - 18}">${caption}</text>
</svg>
`;
}
