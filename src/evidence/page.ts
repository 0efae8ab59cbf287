import type { Evidence } from './evidence.ts';
import { histogram } from './histogram.ts';
import { html, Markup, type Part } from './html.ts';
import type { IncidentLine } from './incidents.ts';
import type { Spread } from './spread.ts';
import { STYLE } from './style.ts';
import { timeline } from './timeline.ts';
import { plural, secondsText, shareText, timeText } from './words.ts';

interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => Part;
  readonly looks?: 'number' | 'time' | 'keep';
}

function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): Markup {
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          ${columns.map(({ title, looks }) => html`<th scope="col" class="${looks ?? 'text'}">${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) =>
            html`<tr>
              ${columns.map(({ cell, looks }) => html`<td class="${looks ?? 'text'}">${cell(row)}</td>`)}
            </tr> `,
        )}
      </tbody>
    </table>
  </div>`;
}

const section = (title: string, note: string | undefined, ...content: readonly Part[]): Markup =>
  html`<section>
    <h2>${title}</h2>
    ${note === undefined ? undefined : html`<p class="note">${note}</p>`} ${content}
  </section>`;

const small = (text: Part): Markup => html`<small>${text}</small>`;

const seconds = (value: number | undefined): string => (value === undefined ? '–' : secondsText(value));

const time = (iso: string | undefined): string => (iso === undefined ? '–' : timeText(iso));

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

function summaryTiles(evidence: Evidence): Markup {
  const { incidents, sweeps, crossCheck, drills, times } = evidence;
  const critical = incidents.filter(({ severity }) => severity === 'critical').length;
  const passed = drills?.filter((drill) => drill.passed).length ?? 0;
  return html`<dl class="tiles">
    ${[
      uptimeTile(evidence),
      tile('Incidents', incidents.length, critical > 0 ? `${critical} critical` : 'none critical'),
      spreadTile('Time to heal, median', times.heal),
      spreadTile('Time to detect, median', times.detect),
      sweeps
        ? tile(
            'Sweeps finished',
            sweeps.run,
            `of ${sweeps.due} due; ${sweeps.missed} missed`,
            sweeps.missed > 0 ? 'warn' : 'plain',
          )
        : tile('Sweeps finished', 'not known', 'see the gaps', 'warn'),
      crossCheck
        ? tile(
            'Calls told',
            `${crossCheck.told} of ${crossCheck.told + crossCheck.untold.length}`,
            'that the Event history shows',
            crossCheck.untold.length > 0 ? 'bad' : 'good',
          )
        : tile('Calls told', 'not known', 'the Event history was not compared', 'warn'),
      chainTile(evidence),
      drills
        ? tile(
            'Drills passed',
            `${passed} of ${drills.length}`,
            'attacks on purpose',
            passed < drills.length ? 'bad' : 'good',
          )
        : undefined,
    ]}
  </dl>`;
}

function gapList({ gaps }: Evidence): Markup {
  return section(
    'Gaps in this evidence',
    'What it cannot show. Silence about these is no proof of anything.',
    html`<ul class="gaps">
      ${gaps.map(
        ({ about, said, from, until }) =>
          html`<li>
            <b>${about}</b> ${said}${
              from !== undefined && until !== undefined
                ? html` <small>${timeText(from)} to ${timeText(until)}</small>`
                : undefined
            }
          </li> `,
      )}
    </ul>`,
  );
}

const LEGEND = html`<ul class="legend">
  <li><i class="on"></i>logging, as far as messages say</li>
  <li><i class="off"></i>not logging</li>
  <li><i class="missed"></i>sweeps missed</li>
  <li><i class="critical"></i>incident; the taller, the worse</li>
  <li><i class="commit"></i>baseline changed</li>
</ul>`;

function trailSection(evidence: Evidence): Markup {
  const { trails, covered } = evidence;
  return section(
    'Logging uptime',
    covered
      ? `From ${timeText(covered.from)} to ${timeText(covered.until)}. A blind window is counted from the call that stopped the trail to the reading that verified it on again: it is never longer than that.`
      : 'No part of the period is covered by a ledger.',
    timeline(evidence),
    LEGEND,
    table(
      [
        {
          title: 'Trail',
          cell: ({ name, declared }) => [name, declared ? undefined : small('not in the baseline')],
        },
        {
          title: 'Uptime',
          looks: 'number',
          cell: ({ uptime }) => (uptime === undefined ? 'not known' : shareText(uptime)),
        },
        { title: 'Blind, in all', looks: 'number', cell: ({ secondsBlind }) => secondsText(secondsBlind) },
        { title: 'Blind windows', looks: 'number', cell: ({ windows }) => windows.length },
        {
          title: 'Longest',
          looks: 'number',
          cell: ({ windows }) =>
            windows.length > 0 ? secondsText(Math.max(...windows.map((each) => each.seconds))) : '–',
        },
        {
          title: 'At the end',
          looks: 'keep',
          cell: ({ windows }) =>
            windows.some(({ isOpen }) => isOpen) ? html`<span class="bad">NOT logging</span>` : 'logging',
        },
      ],
      trails,
    ),
  );
}

const LOOKS: Readonly<Record<IncidentLine['severity'], string>> = {
  critical: 'bad',
  high: 'warn',
  medium: 'plain',
  low: 'plain',
  info: 'plain',
};

/** What became of an incident, in words. */
const VERDICTS: Readonly<Record<string, string>> = {
  restored: 'restored',
  whole: 'was whole already',
  broken: 'NOT restored',
  planned: 'only planned (monitor mode)',
  refused: 'AWS refused the call',
  'out-of-reach': 'out of reach',
  ailing: 'cannot deliver',
};

const INCIDENT_COLUMNS: readonly Column<IncidentLine>[] = [
  { title: 'Detected', looks: 'time', cell: ({ detected }) => timeText(detected) },
  {
    title: 'Severity',
    looks: 'keep',
    cell: ({ severity }) => html`<span class="severity ${LOOKS[severity]}">${severity}</span>`,
  },
  {
    title: 'What',
    cell: ({ what, trails, nudge }) => [
      what.length > 0 ? what.join(', ') : `found by a ${nudge === 'signal' ? 'signal' : 'sweep'}`,
      small(trails.join(', ')),
    ],
  },
  {
    title: 'Who',
    cell: ({ who, from }) => [who.length > 0 ? who.join('; ') : 'not known', small(from.join(', '))],
  },
  { title: 'To detect', looks: 'number', cell: ({ secondsToDetect }) => seconds(secondsToDetect) },
  { title: 'To heal', looks: 'number', cell: ({ secondsToHeal }) => seconds(secondsToHeal) },
  { title: 'Blind', looks: 'number', cell: ({ secondsBlind }) => seconds(secondsBlind) },
  {
    title: 'What became of it',
    cell: ({ verdict, isTakenBack, whole, messages }) => [
      isTakenBack ? 'taken back: the event may be forged' : (VERDICTS[verdict] ?? verdict),
      small([whole === undefined ? undefined : `whole ${time(whole)}; `, plural(messages, 'message')]),
    ],
  },
];

function incidentSection({ incidents }: Evidence): Markup {
  return section(
    'Incidents',
    'Every message of the guard, by incident, oldest first. Refused attempts changed nothing.',
    incidents.length > 0
      ? table(INCIDENT_COLUMNS, incidents)
      : html`<p>None was detected in this period.</p>`,
  );
}

function timesSection({ times, incidents }: Evidence): Markup {
  const rows = [
    ['To detect', 'from the call to the moment the guard began to look', times.detect],
    ['To heal', 'from then to the reading that showed all as declared', times.heal],
    ['Blind', 'from the stop to the reading that verified logging on again', times.blind],
  ] as const;
  return section(
    'Time to detect and to heal',
    'Median and 95th percentile are values that were measured: the nearest rank. CloudTrail gives the time of a call in whole seconds, so that the time to detect may be up to a second too long.',
    histogram(
      incidents.flatMap(({ secondsToHeal }) => secondsToHeal ?? []),
      'How many incidents took how long to heal',
    ),
    table(
      [
        { title: 'Time', cell: ([label, what]) => [label, small(what)] },
        { title: 'Measured', looks: 'number', cell: ([, , spread]) => spread?.count ?? 0 },
        { title: 'Median', looks: 'number', cell: ([, , spread]) => seconds(spread?.median) },
        { title: '95th percentile', looks: 'number', cell: ([, , spread]) => seconds(spread?.p95) },
        { title: 'Worst', looks: 'number', cell: ([, , spread]) => seconds(spread?.worst) },
      ],
      rows,
    ),
  );
}

function sweepSection({ sweeps }: Evidence): Markup | undefined {
  if (!sweeps) return undefined;
  return section(
    'Sweeps',
    `One is due every ${secondsText(sweeps.everySeconds)}, as it is deployed now. ${sweeps.run} finished of ${sweeps.due} that were due in whole hours; ${sweeps.missed} were missed.`,
    sweeps.short.length > 0
      ? table(
          [
            { title: 'From', looks: 'time', cell: ({ from }) => timeText(from) },
            { title: 'To', looks: 'time', cell: ({ until }) => timeText(until) },
            { title: 'Due', looks: 'number', cell: ({ due }) => due },
            { title: 'Finished', looks: 'number', cell: ({ run }) => run },
          ],
          sweeps.short,
        )
      : undefined,
  );
}

function crossCheckSection({ crossCheck }: Evidence): Markup | undefined {
  if (!crossCheck) return undefined;
  const { from, until, calls, own, told, untold } = crossCheck;
  return section(
    'Compared with the Event history',
    `The Event history is CloudTrail's own, and no trail or guard can change it. From ${timeText(from)} to ${timeText(until)} it shows ${plural(calls, 'call')} that changed the trails: ${own} by the guard itself, ${told} that were told, ${untold.length} that were not.`,
    untold.length > 0
      ? table(
          [
            { title: 'When', looks: 'time', cell: ({ time: at }) => timeText(at) },
            { title: 'Call', cell: ({ eventName }) => eventName },
            { title: 'Trail', cell: ({ trail }) => trail },
            { title: 'Who', cell: ({ who }) => who },
            { title: 'Event', cell: ({ eventId }) => html`<code>${eventId}</code>` },
          ],
          untold,
        )
      : undefined,
  );
}

function drillSection({ drills }: Evidence): Markup | undefined {
  if (!drills) return undefined;
  return section(
    'Drills',
    'Attacks that were made on purpose.',
    table(
      [
        { title: 'Drill', looks: 'keep', cell: ({ name }) => name },
        { title: 'What was done', cell: ({ story }) => story },
        {
          title: 'Passed',
          looks: 'keep',
          cell: ({ passed }) =>
            html`<span class="${passed ? 'good' : 'bad'}">${passed ? 'passed' : 'NOT passed'}</span>`,
        },
        { title: 'What came of it', cell: ({ outcome }) => outcome },
      ],
      drills,
    ),
  );
}

function commitSection({ commits, stage }: Evidence): Markup | undefined {
  if (!commits) return undefined;
  return section(
    'Changes of the baseline',
    `Commits that changed baselines/${stage}.yml, from the one that was in force when the period began. A commit takes effect when it is deployed.`,
    commits.length > 0
      ? table(
          [
            { title: 'When', looks: 'time', cell: ({ at }) => timeText(at) },
            { title: 'Commit', looks: 'keep', cell: ({ id }) => html`<code>${id.slice(0, 12)}</code>` },
            { title: 'Who', cell: ({ author }) => author },
            { title: 'Why', cell: ({ subject }) => subject },
          ],
          commits,
        )
      : html`<p>None.</p>`,
  );
}

function chainSection({ chains, stage }: Evidence): Markup {
  return section(
    'Chain of records',
    `Each message is kept with the SHA-256 of the record before it and of its own canonical JSON (RFC 8785), so that no record can be changed, removed or added between others unseen. Whoever could rewrite the whole table could forge a new chain: so keep the last hash outside the account. npm run evidence -- --stage ${stage} --verify checks the ledger, and with the JSON of this page whether it still holds what stands here.`,
    table(
      [
        { title: 'Ledger', cell: ({ table: name }) => html`<code>${name}</code>` },
        { title: 'Records', looks: 'number', cell: ({ records }) => records },
        {
          title: 'Numbers',
          looks: 'keep',
          cell: ({ first, last }) => (first === undefined ? '–' : `${first} to ${last ?? first}`),
        },
        { title: 'Last hash', cell: ({ hash }) => (hash === undefined ? '–' : html`<code>${hash}</code>`) },
        {
          title: 'Checked',
          cell: ({ broken }) =>
            broken === undefined
              ? html`<span class="good">unbroken</span>`
              : html`<span class="bad">BROKEN: ${broken}</span>`,
        },
      ],
      chains,
    ),
  );
}

function controlSection({ controls }: Evidence): Markup {
  return section(
    'Controls',
    'What this page shows of each, and what has to be seen elsewhere. The words of the controls are shortened; those of the catalogues count.',
    table(
      [
        { title: 'Control', cell: ({ catalogue, ids }) => [ids.join(', '), small(catalogue)] },
        { title: 'Asks', cell: ({ asks }) => asks },
        { title: 'Shown here', cell: ({ shows }) => shows },
        { title: 'Not shown here', cell: ({ showsNot }) => showsNot },
      ],
      controls,
    ),
  );
}

/** What no browser may load or run on the page, whatever is on it. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** Evidence as one HTML page that needs nothing else: no script, no network. */
export function evidencePage(evidence: Evidence): string {
  const { stage, account, region, from, until, madeAt } = evidence;
  const title = `CloudTrail logging evidence: ${stage}, ${timeText(from).slice(0, 10)} to ${timeText(until).slice(0, 10)}`;
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${new Markup(POLICY)}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>CloudTrail logging evidence</h1>
          <p>
            Stage ${stage}, account ${account}, ${region}. From ${timeText(from)} to ${timeText(until)}. Made
            ${timeText(madeAt)} by Trailkeeper. All times are UTC.
          </p>
        </header>
        ${summaryTiles(evidence)} ${gapList(evidence)} ${trailSection(evidence)} ${incidentSection(evidence)}
        ${timesSection(evidence)} ${sweepSection(evidence)} ${crossCheckSection(evidence)}
        ${drillSection(evidence)} ${commitSection(evidence)} ${chainSection(evidence)}
        ${controlSection(evidence)}
        <footer>
          docs/evidence.md says how each figure is worked out. The same as data: the JSON and CSV files beside
          this page.
        </footer>
      </body>
    </html> `;
  return page.text;
}
