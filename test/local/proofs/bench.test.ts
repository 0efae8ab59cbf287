import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Attack } from '../../../local/drill/attacks/attack.ts';
import { TRAIL_ATTACKS } from '../../../local/drill/attacks/trails.ts';
import { packageSettings, PLUGIN_DEFAULTS } from '../../../local/proofs/bench/bundle.ts';
import { benchDocument } from '../../../local/proofs/bench/document.ts';
import { interleave, sumUp } from '../../../local/proofs/bench/interleave.ts';
import type { Measurements } from '../../../local/proofs/bench/measurements.ts';
import { picture } from '../../../local/proofs/bench/picture.ts';
import { bytes, ms, type Row, rowsOf } from '../../../local/proofs/bench/rows.ts';
import type { Restoration } from '../../../local/proofs/bench/restoration.ts';
import { type Spread, spreadOf } from '../../../local/proofs/statistics.ts';
import { summary, terminalTable } from '../../../local/proofs/bench/table.ts';

const always = (value: number): Spread => spreadOf([value]);

const imported = (inProcess: number) => ({
  inProcess: always(inProcess),
  cpu: always(inProcess),
  wall: always(inProcess + 40),
});

function known(name: string): Attack {
  const attack = TRAIL_ATTACKS.find((each) => each.name === name);
  if (!attack) throw new Error(`no attack ${name}`);
  return attack;
}

function undone(name: string, facts: Partial<Restoration> = {}): Restoration {
  return {
    attack: known(name),
    repairs: 1,
    tripsToLogging: undefined,
    tripsToWhole: 2,
    ms: 50,
    ...facts,
  };
}

const stop = undone('stop', { repairs: 2, tripsToLogging: 1 });
const deletion = undone('delete', { repairs: 5, tripsToLogging: 2, tripsToWhole: 5, ms: 120 });

const MEASURED: Measurements = {
  date: '2026-11-21',
  machine: { node: 'v24.0.0', platform: 'linux x64', cpus: 2 },
  latencyMs: 20,
  memoryMegabytes: 1769,
  imports: { node: imported(0), same: imported(50), trailkeeper: imported(55), defaults: imported(100) },
  restarts: { same: always(95), trailkeeper: always(100), defaults: always(140), python: always(400) },
  restorations: [stop, deletion, undone('other-bucket')],
  heal: { wallMs: always(300), cpuMs: always(130), peakBytes: always(64_000_000) },
  size: { zipped: 115_000, unpacked: 333_000 },
};

describe('a spread', () => {
  test.each([
    ['one measurement', [7], [7, 7, 7, 7, 1]],
    ['an odd count, in any order', [5, 1, 3, 2, 4], [1, 2, 3, 4, 5]],
    ['an even count, where the median lies between two', [4, 1, 3, 2], [1, 1.75, 2.5, 3.25, 4]],
    ['numbers that sort otherwise as words', [10, 9, 100], [9, 9.5, 10, 55, 3]],
  ])('of %s', (_, measurements, [min, lowerQuartile, median, upperQuartile, count]) => {
    expect(spreadOf(measurements)).toEqual({ min, lowerQuartile, median, upperQuartile, count });
  });

  test('of nothing is an error', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });
});

describe('the contenders', () => {
  test('are measured in turn, each round begun by another, the first round not counted', async () => {
    const order: string[] = [];
    const taken = await interleave({ a: 'A', b: 'B', c: 'C' }, 3, (contender) => {
      order.push(contender);
      return Promise.resolve(order.length);
    });
    expect(order.join('')).toBe('ABCBCACABABC');
    expect(taken).toEqual({ a: [6, 8, 10], b: [4, 9, 11], c: [5, 7, 12] });
    expect(sumUp(taken, (measurements) => Math.max(...measurements))).toEqual({ a: 10, b: 11, c: 12 });
  });
});

describe('the settings of the bundles', () => {
  interface Plugin {
    readonly prototype: { readonly getBuildOptions: () => Record<string, unknown> };
  }
  const plugin = createRequire(import.meta.url)('serverless-esbuild') as Plugin;
  const provider = { name: 'aws', runtime: 'nodejs24.x' };
  const fromThePlugin = (esbuild: object) =>
    plugin.prototype.getBuildOptions.call({ serverless: { service: { provider, custom: { esbuild } } } });

  test("are the plugin's own defaults", () => {
    const { bundle, platform, target, external, exclude, minify, mainFields, format } = fromThePlugin({});
    expect({ bundle, platform, target, external: [external, exclude].flat() }).toEqual(PLUGIN_DEFAULTS);
    expect([minify, mainFields, format]).toEqual([undefined, undefined, undefined]);
  });

  test('are what serverless.yml says, but for what only the package has', () => {
    const own = packageSettings(readFileSync('serverless.yml', 'utf8'));
    expect(own).toMatchObject({
      minify: true,
      format: 'cjs',
      mainFields: ['module', 'main'],
      alias: { '@aws-sdk/credential-provider-node': './src/aws/credentials.ts' },
      external: [],
    });
    expect(Object.keys(own)).not.toEqual(expect.arrayContaining(['define']));
    expect(Object.keys(own)).not.toEqual(expect.arrayContaining(['outputFileExtension']));
  });
});

describe('a figure', () => {
  test.each([
    [ms(0.04), '0.0 ms'],
    [ms(9.44), '9.4 ms'],
    [ms(109.4), '109 ms'],
    [bytes(115_234), '115 kB'],
    [bytes(64_200_000), '64 MB'],
  ])('reads %s', (text, expected) => {
    expect(text).toBe(expected);
  });
});

describe('the bars', () => {
  const bars = (measured: Measurements) =>
    rowsOf(measured)
      .filter(({ bar }) => bar !== '')
      .map(({ holds }) => holds);
  const { imports, restarts } = MEASURED;

  test('hold', () => {
    expect(bars(MEASURED)).toEqual([true, true, true, true, true]);
  });

  test.each<[string, number, Partial<Measurements>]>([
    [
      'an import slower than 1.1 times that with the same settings',
      0,
      { imports: { ...imports, same: imported(45) } },
    ],
    [
      "an import slower than 0.7 times that with the plugin's defaults",
      1,
      { imports: { ...imports, defaults: imported(78) } },
    ],
    [
      'a request later than half of the time of Python',
      2,
      { restarts: { ...restarts, python: always(199) } },
    ],
    [
      'a request later than 1.1 times that of a bare client',
      3,
      { restarts: { ...restarts, same: always(90) } },
    ],
    [
      'a second trip after a stop',
      4,
      { restorations: [{ ...stop, tripsToLogging: 2 }, deletion, undone('untag')] },
    ],
    [
      'a third trip after a deletion',
      4,
      { restorations: [stop, { ...deletion, tripsToLogging: 3 }, undone('untag')] },
    ],
    [
      'a third trip after another attack',
      4,
      { restorations: [stop, deletion, undone('untag', { tripsToWhole: 3 })] },
    ],
    ['no stop among the attacks', 4, { restorations: [deletion, undone('untag')] }],
  ])('are missed by %s', (_, index, change) => {
    const expected = [true, true, true, true, true].map((each, at) => each && at !== index);
    expect(bars({ ...MEASURED, ...change })).toEqual(expected);
  });

  test('allow a round trip for each repair more', () => {
    const retag = undone('retag', { repairs: 2, tripsToWhole: 3 });
    expect(bars({ ...MEASURED, restorations: [...MEASURED.restorations, retag] })).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
  });

  test('ask nothing of Python where it is not installed, and say so', () => {
    const { same, trailkeeper, defaults } = restarts;
    const row = rowsOf({ ...MEASURED, restarts: { same, trailkeeper, defaults } })[4];
    expect(row).toMatchObject({
      value: '100 ms',
      comparedWith: 'Python with boto3 is not found',
      ratio: '',
      holds: undefined,
    });
  });
});

describe('the result', () => {
  const rows = rowsOf(MEASURED);

  test('takes no more than ten lines', () => {
    expect(rows.length).toBeLessThanOrEqual(10);
  });

  test('is a table in Markdown', () => {
    const [titles, rule, first] = summary(rows).split('\n');
    expect(titles).toBe('| measured | Trailkeeper | compared with | ratio | bar |');
    expect(rule).toBe('| --- | --- | --- | --- | --- |');
    expect(first).toBe(
      '| import of the packaged handler | 55 ms | the two bare SDK clients, same settings: 50 ms | 1.10 | at most 1.1, holds |',
    );
  });

  test('says in the terminal what is missed', () => {
    const missed: Row = {
      what: 'a',
      value: '2',
      comparedWith: '',
      ratio: '2.00',
      bar: 'at most 1',
      holds: false,
    };
    expect(terminalTable([missed])).toContain('at most 1, MISSED');
    expect(terminalTable(rows)).not.toContain('MISSED');
  });

  test('names date, machine, runs, every attack and the CPU time in the document', () => {
    const text = benchDocument(MEASURED, rows);
    for (const part of [
      '2026-11-21',
      'v24.0.0',
      '2 CPUs',
      '| delete | 2 | 5 | 5 | 120 ms |',
      '130 ms of CPU',
    ])
      expect(text).toContain(part);
  });
});

describe('the picture', () => {
  const svg = picture(MEASURED);

  test('is at most 720 wide, for light and dark pages, and told in words', () => {
    expect(Number(/ width="(\d+)"/.exec(svg)?.[1])).toBeLessThanOrEqual(720);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toContain('aria-labelledby="title desc"');
    expect(svg).toMatch(/<desc id="desc">.*Trailkeeper 55 ms.*Python, boto3 400 ms.*2026-11-21/);
  });

  test('has a bar for each contender, as long as its time', () => {
    const widths = [...svg.matchAll(/<rect class="(own|other)".* width="([\d.]+)"/g)].map(
      ([, kind, width]) => [kind, Number(width)] as const,
    );
    expect(widths.map(([kind]) => kind)).toEqual(['other', 'own', 'other', 'other', 'own', 'other', 'other']);
    const [same = NaN, own = NaN, defaults = NaN] = widths.map(([, width]) => width);
    expect(own / same).toBeCloseTo(55 / 50, 1);
    expect(defaults / same).toBeCloseTo(100 / 50, 1);
  });

  test('keeps every text within its card', () => {
    const lefts = [...svg.matchAll(/<text class="value" x="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(Math.max(...lefts)).toBeLessThan(720);
  });

  test('leaves Python out where it was not measured', () => {
    const { same, trailkeeper, defaults } = MEASURED.restarts;
    expect(picture({ ...MEASURED, restarts: { same, trailkeeper, defaults } })).not.toContain('Python');
  });
});
