import { type Column, section, small, table } from './elements.ts';
import type { Evidence } from './evidence.ts';
import { histogram } from './histogram.ts';
import { html, type Markup } from './html.ts';
import type { IncidentLine } from './incidents.ts';
import { timeline } from './timeline.ts';
import { countText, plural, secondsText, shareText, timeText } from './words.ts';

const seconds = (value: number | undefined): string => (value === undefined ? '–' : secondsText(value));

/** A time without its day, where that is the day of another. */
const timeAfter = (iso: string, other: string): string =>
  iso.slice(0, 10) === other.slice(0, 10) ? timeText(iso).slice(11) : timeText(iso);

function gapList({ gaps }: Evidence): Markup {
  return section(
    'Gaps in this evidence',
    'What it cannot show. Silence about these is no proof of anything.',
    html`<ul class="gaps">
      ${gaps.map(
        ({ about, said, from, until }) =>
          html`<li>
            <b>${about}</b>
            <span
              >${said}${
                from !== undefined && until !== undefined
                  ? html`<small>${timeText(from)} to ${timeText(until)}</small>`
                  : undefined
              }</span
            >
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
    html`${timeline(evidence)}${LEGEND}`,
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

/** What is said of a resource that is as declared. */
const IS_AS_DECLARED = ['whole', 'restored'];

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
    cell: ({ verdict, isTakenBack, whole, detected, messages }) => [
      isTakenBack ? 'taken back: the event may be forged' : (VERDICTS[verdict] ?? verdict),
      small([
        whole === undefined ? undefined : `whole ${timeAfter(whole, detected)}; `,
        plural(messages, 'message'),
      ]),
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
    histogram(
      incidents.flatMap(({ secondsToHeal, isTakenBack }) => (isTakenBack ? [] : (secondsToHeal ?? []))),
      'How many incidents took how long to heal',
    ),
  );
}

function sweepSection({ sweeps }: Evidence): Markup | undefined {
  if (!sweeps) return undefined;
  return section(
    'Sweeps',
    `One is due every ${secondsText(sweeps.everySeconds)}, as it is deployed now. ${countText(sweeps.run)} finished of ${countText(sweeps.due)} that were due in whole hours; ${countText(sweeps.missed)} were missed.`,
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

function windowSection({ windows }: Evidence): Markup {
  return section(
    'Change windows',
    'Within one, what one principal changes on one resource stands. None lets a trail stop logging. They are no incidents.',
    windows.length > 0
      ? table(
          [
            {
              title: 'Open',
              looks: 'time',
              cell: ({ from, until }) => [timeText(from), small(`until ${timeAfter(until, from)}`)],
            },
            { title: 'Ticket', cell: ({ reason, on }) => [reason, small(on)] },
            { title: 'Opened by', cell: ({ openedBy }) => openedBy ?? 'not known' },
            { title: 'For', cell: ({ actor }) => html`<code>${actor}</code>` },
            {
              title: 'Changed within it',
              cell: ({ changes }) => (changes.length > 0 ? changes.map(small) : 'nothing that is known'),
            },
            {
              title: 'After it',
              cell: ({ verdict, isClosed, toldOver }) =>
                toldOver === undefined
                  ? 'not told'
                  : [
                      IS_AS_DECLARED.includes(verdict ?? '')
                        ? 'as declared'
                        : html`<span class="bad">NOT back</span>`,
                      isClosed ? small('closed before its time') : undefined,
                    ],
            },
          ],
          windows,
        )
      : html`<p>None was open in this period.</p>`,
  );
}

function drillSection({ drills }: Evidence): Markup {
  if (drills.length === 0)
    return section('Drills', 'Attacks that were made on purpose.', html`<p>None in this period.</p>`);
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
          looks: chains.some(({ broken }) => broken) ? 'text' : 'keep',
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

/** All that the page says, in order. */
export const SECTIONS: readonly ((evidence: Evidence) => Markup | undefined)[] = [
  gapList,
  trailSection,
  incidentSection,
  timesSection,
  sweepSection,
  crossCheckSection,
  windowSection,
  drillSection,
  commitSection,
  chainSection,
  controlSection,
];
