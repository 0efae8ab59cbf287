import type { Contenders } from './contenders.ts';
import type { Restoration } from './restoration.ts';
import type { Spread } from '../statistics.ts';

/** An import: its time within the process, its CPU time there, and the whole time of the process; in ms. */
export interface Import {
  readonly inProcess: Spread;
  readonly cpu: Spread;
  readonly wall: Spread;
}

/** All that one run of the bench has measured. Times in ms, sizes in bytes. */
export interface Measurements {
  /** The day, YYYY-MM-DD. */
  readonly date: string;
  readonly machine: { readonly node: string; readonly platform: string; readonly cpus: number };
  /** Ms that a call to the embedded AWS takes. */
  readonly latencyMs: number;
  /** MB of the function. */
  readonly memoryMegabytes: number;
  readonly imports: Readonly<Record<keyof Contenders['imports'], Import>>;
  /** From process start until StartLogging has arrived. */
  readonly restarts: Readonly<Record<Exclude<keyof Contenders['restarts'], 'python'>, Spread>> & {
    readonly python?: Spread;
  };
  readonly restorations: readonly Restoration[];
  /** The process of a cold heal, from its start to its end. */
  readonly heal: { readonly wallMs: Spread; readonly cpuMs: Spread; readonly peakBytes: Spread };
  readonly size: Contenders['size'];
}
