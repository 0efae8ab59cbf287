import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { buildPackage } from '../../build.ts';
import { functionOf, openRange, STAGE } from '../../drill/drill.ts';
import { makeContenders } from './contenders.ts';
import { interleave, sumUp } from './interleave.ts';
import type { Measurements } from './measurements.ts';
import { run, timeToStartLogging } from './process.ts';
import { coldHeals, restorations } from './restoration.ts';
import { spreadOf } from '../statistics.ts';

/** Ms that a call to the embedded AWS takes. */
const LATENCY = 20;

/** How much is measured. */
export interface Extent {
  /** Fresh processes of each contender. */
  readonly runs: number;
}

/** What is being measured, for whoever shows progress. */
export type Part = 'package' | 'import' | 'first request' | 'cold heal' | 'attacks';

const imported = z.object({ importMs: z.number(), cpuMs: z.number() });

/** Builds the package in a folder and measures it there. Rejects when it does not build, or does not heal. */
export async function measure(
  folder: string,
  { runs }: Extent,
  onPart: (part: Part) => void,
): Promise<Omit<Measurements, 'date'>> {
  onPart('package');
  const directory = join(folder, 'built');
  await buildPackage(STAGE, directory);
  const range = await openRange({ directory, latencyMs: LATENCY });
  try {
    const configuration = functionOf(range.stack, 'heal');
    const contenders = await makeContenders(configuration, folder);
    onPart('import');
    const imports = await interleave(contenders.imports, runs, run);
    onPart('first request');
    const restarts = await interleave(contenders.restarts, runs, timeToStartLogging);
    onPart('cold heal');
    const heals = await coldHeals(range, contenders.heal, runs);
    onPart('attacks');
    return {
      machine: {
        node: process.version,
        platform: `${process.platform} ${process.arch}`,
        cpus: availableParallelism(),
      },
      latencyMs: LATENCY,
      memoryMegabytes: configuration.memoryMegabytes,
      imports: sumUp(imports, (each) => ({
        inProcess: spreadOf(each.map(({ told }) => imported.parse(told).importMs)),
        cpu: spreadOf(each.map(({ told }) => imported.parse(told).cpuMs)),
        wall: spreadOf(each.map(({ wallMs }) => wallMs)),
      })),
      restarts: sumUp(restarts, spreadOf),
      heal: {
        wallMs: spreadOf(heals.map(({ wallMs }) => wallMs)),
        cpuMs: spreadOf(heals.map(({ cpuMs }) => cpuMs)),
        peakBytes: spreadOf(heals.map(({ peakBytes }) => peakBytes)),
      },
      size: contenders.size,
      restorations: await restorations(directory, LATENCY),
    };
  } finally {
    await range.close();
  }
}
