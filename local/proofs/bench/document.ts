import type { Measurements } from './measurements.ts';
import { BARS, bytes, ms, type Row } from './rows.ts';
import type { Spread } from '../statistics.ts';
import { markdownTable } from '../../table.ts';
import { summary } from './table.ts';

const spreadCells = ({ min, lowerQuartile, median, upperQuartile }: Spread): string[] =>
  [min, lowerQuartile, median, upperQuartile].map(ms);

function processes({ imports, restarts }: Measurements): string {
  const { node, same, trailkeeper, defaults } = imports;
  const lines: [string, string, Spread][] = [
    ['import', 'two bare SDK clients, same settings', same.inProcess],
    ['', 'Trailkeeper', trailkeeper.inProcess],
    ['', "two bare SDK clients, plugin's defaults", defaults.inProcess],
    ['CPU time of the import', 'two bare SDK clients, same settings', same.cpu],
    ['', 'Trailkeeper', trailkeeper.cpu],
    ['', "two bare SDK clients, plugin's defaults", defaults.cpu],
    ['whole process that imports', 'nothing', node.wall],
    ['', 'two bare SDK clients, same settings', same.wall],
    ['', 'Trailkeeper', trailkeeper.wall],
    ['', "two bare SDK clients, plugin's defaults", defaults.wall],
    ['start until StartLogging leaves', 'bare SDK client, same settings', restarts.same],
    ['', 'Trailkeeper', restarts.trailkeeper],
    ['', "bare SDK client, plugin's defaults", restarts.defaults],
    ...(restarts.python ? [['', 'Python, boto3', restarts.python] as [string, string, Spread]] : []),
  ];
  return markdownTable(
    ['time', 'of', 'least', 'lower quartile', 'median', 'upper quartile'],
    lines.map(([time, of, spread]) => [time, of, ...spreadCells(spread)]),
  );
}

function attacks({ restorations }: Measurements): string {
  const trips = (count: number | undefined) => String(count ?? '');
  return markdownTable(
    ['attack', 'trips until logging', 'trips until whole', 'repairs', 'whole after'],
    restorations.map(({ attack, tripsToLogging, tripsToWhole, repairs, ms: wholeMs }) => [
      attack.name,
      trips(tripsToLogging),
      trips(tripsToWhole),
      String(repairs),
      ms(wholeMs),
    ]),
  );
}

/** Memory sizes, in MB, to look at beside the function's own. */
const OTHER_SIZES = [256, 512, 1024];

/** At this size, in MB, a function has one vCPU. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const ONE_VCPU = 1769;

/** US dollars for a GB-second on arm64, first tier. https://aws.amazon.com/lambda/pricing/ */
const PRICE = 0.0000133334;

/** Sweeps in 30 days, one every 5 minutes. */
const SWEEPS = 8640;

function memory({ heal, memoryMegabytes }: Measurements): string {
  const cpuMs = heal.cpuMs.median;
  const lines = [...OTHER_SIZES, memoryMegabytes].map((size) => {
    const computing = cpuMs / Math.min(1, size / ONE_VCPU);
    const dollars = SWEEPS * (size / 1024) * PRICE;
    return [`${size} MB`, (size / ONE_VCPU).toFixed(2), ms(computing), `$${dollars.toFixed(2)}`];
  });
  return markdownTable(
    ['memory', 'vCPU', 'computing of a cold heal', 'a month of sweeps that wait 1 s each'],
    lines,
  );
}

/** The whole result as a document in Markdown: figures, method, and what is reasoned and not measured. */
export function benchDocument(measurements: Measurements, rows: readonly Row[]): string {
  const { date, machine, latencyMs, heal, imports, memoryMegabytes } = measurements;
  const runs = imports.trailkeeper.inProcess.count;
  return `# How fast it is

Written by \`npm run bench -- --write\`. ${date}, Node.js ${machine.node}, ${machine.platform}, ${machine.cpus} CPUs. Times
of another machine are other times: what counts are the ratios, each taken within this one run.

${summary(rows)}

![How fast Trailkeeper starts, compared with bare SDK clients](bench.svg)

## How it is measured

- The package is the one that \`serverless package\` builds, unzipped, with the environment that its template gives it.
- Each contender runs ${runs} times, each time in a process of its own, in turn with all the others; one round before is
  not counted. A figure is the median of its runs, a ratio one of medians.
- Import: the time of \`require\` within the process, the CPU time that it takes there, and the process's whole time from
  start to end. On a busy machine CPU time is the steadiest of them.
- The two bare SDK clients are a bundle of CloudTrailClient and SNSClient, each created once, and nothing else: made with
  the settings of \`serverless.yml\` (the same minifier, the same credentials from the environment), and with what
  serverless-esbuild does when nothing is set. Both bundle the SDK, as the package does.
- StartLogging leaves: from before the process is started until the request has arrived at a server on the same machine.
  Trailkeeper handles \`events/StopLogging.json\`. The others send StartLogging for the trail that the event names, at
  once, and do nothing else: no baseline, no reading, no verification, no alert.
- Attacks: the drill of \`npm start\` in virtual time, on warm containers: each call takes ${latencyMs} ms and computing none, so that
  the figures are the same on every machine; time runs from the delivery of the events until the answer to the last repair.
- A cold heal: a process that imports the package, heals a stopped trail on the embedded AWS, hands over what came of it and
  ends. The alert is another function's.

Bars: import at most ${BARS.sameSettings} times that of the two bare clients with the same settings, and ${BARS.pluginDefaults} times that with the
plugin's defaults; StartLogging out in at most ${BARS.bareClient} times the time of a bare client and ${BARS.python} times that of Python; no round trip more than the fewest that there
can be. \`npm run bench -- --check\` fails when one is missed.

## Processes

${processes(measurements)}

## Attacks

Round trips are sequential calls. They are left empty where logging was never off, and where events of several calls are
handled at the same time. CloudTrail refuses changes to a trail while another is under way, so repairs are made one after
the other: each repair more is a round trip more.

${attacks(measurements)}

## Memory, which is CPU

Lambda gives CPU in proportion to memory, and [one vCPU at 1,769 MB](https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
The function has ${memoryMegabytes} MB, of which a cold heal uses ${bytes(heal.peakBytes.median)}: it is the CPU that is bought.

Measured: one cold heal, from process start to its end, takes ${ms(heal.cpuMs.median)} of CPU time here. Reasoned, not
measured: on a part of a vCPU the same work takes so much longer, and Lambda's CPUs differ from this one.

${memory(measurements)}

[Lambda bills memory times duration](https://aws.amazon.com/lambda/pricing/), and
[since August 2025 that of a cold start too](https://aws.amazon.com/blogs/compute/aws-lambda-standardizes-billing-for-init-phase/).
Computing costs the same at every size up to one vCPU: half the memory, twice the time. Only waiting for AWS costs more
with more memory; above it is priced for arm64 in us-east-1, with a sweep every 5 minutes. So the whole vCPU costs cents a
month, and is what a cold start needs most. More than one would hardly help: JavaScript runs on one thread.
`;
}
