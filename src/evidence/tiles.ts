import { small } from './elements.ts';
import type { Evidence } from './evidence.ts';
import { html, type Markup, type Part } from './html.ts';
import type { Spread } from './spread.ts';
import { countText, plural, secondsText, shareText } from './words.ts';

function tile(label: string, value: Part, more: Part, looks = 'plain'): Markup {
  return html`<div>
    <dt>${label}</dt>
    <dd class="${looks}">${value}${small(more)}</dd>
  </div>`;
}

const spreadText = ({ p95, worst, count }: Spread): string =>
  `95 % within ${secondsText(p95)}, worst ${secondsText(worst)}, of ${count}`;

function uptimeTile({ trails }: Evidence): Markup {
  const known = trails.filter(({ uptime }) => uptime !== undefined);
  const [worst] = known.toSorted((a, b) => (a.uptime ?? 1) - (b.uptime ?? 1));
  if (!worst) return tile('Logging uptime', 'not known', 'no trail, or no ledger in this period', 'warn');
  const open = trails.filter(({ windows }) => windows.some(({ isOpen }) => isOpen));
  return open.length > 0
    ? tile(
        'Logging uptime, least',
        shareText(worst.uptime ?? 0),
        `${plural(open.length, 'trail')} NOT logging at the end`,
        'bad',
      )
    : tile(
        'Logging uptime, least',
        shareText(worst.uptime ?? 0),
        `${worst.name}; ${secondsText(worst.secondsBlind)} blind at most`,
      );
}

function spreadTile(label: string, spread: Spread | undefined): Markup {
  return spread
    ? tile(label, secondsText(spread.median), spreadText(spread))
    : tile(label, '–', 'nothing was measured in this period');
}

function chainTile({ chains }: Evidence): Markup {
  const records = chains.reduce((sum, chain) => sum + chain.records, 0);
  const broken = chains.some((chain) => chain.broken !== undefined);
  const unchained = chains.reduce((sum, chain) => sum + chain.unchained, 0);
  if (broken) return tile('Chain of records', 'BROKEN', 'see the gaps', 'bad');
  if (records + unchained === 0) return tile('Chain of records', 'empty', 'no message was sent yet');
  return unchained > 0
    ? tile(
        'Chain of records',
        'incomplete',
        `${unchained} of ${records + unchained} have no place in it`,
        'warn',
      )
    : tile('Chain of records', 'unbroken', plural(records, 'record'), 'good');
}

function toldTile({ crossCheck }: Evidence): Markup {
  const label = 'Calls told';
  if (!crossCheck) return tile(label, 'not known', 'the Event history was not compared', 'warn');
  const { told, untold } = crossCheck;
  const all = told + untold.length;
  if (all === 0) return tile(label, 'none', 'was made, as the Event history shows');
  const looks = untold.length > 0 ? 'bad' : 'good';
  return tile(label, `${countText(told)} of ${countText(all)}`, 'that the Event history shows', looks);
}

/** The figures that people ask for first. */
export function summaryTiles(evidence: Evidence): Markup {
  const { incidents, sweeps, drills, times } = evidence;
  const critical = incidents.filter(({ severity }) => severity === 'critical').length;
  const passed = drills.filter((drill) => drill.passed).length;
  return html`<dl class="tiles">
    ${[
      uptimeTile(evidence),
      tile('Incidents', countText(incidents.length), critical > 0 ? `${critical} critical` : 'none critical'),
      spreadTile('Time to heal, median', times.heal),
      spreadTile('Time to detect, median', times.detect),
      sweeps
        ? tile(
            'Sweeps finished',
            countText(sweeps.run),
            `of ${countText(sweeps.due)} due; ${countText(sweeps.missed)} missed`,
            sweeps.missed > 0 ? 'warn' : 'plain',
          )
        : tile('Sweeps finished', 'not known', 'see the gaps', 'warn'),
      toldTile(evidence),
      chainTile(evidence),
      drills.length > 0
        ? tile(
            'Drills passed',
            `${passed} of ${drills.length}`,
            'attacks on purpose',
            passed < drills.length ? 'bad' : 'good',
          )
        : tile('Drills passed', 'none', 'was held in this period'),
    ]}
  </dl>`;
}
