declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** Milliseconds; tables are in memory where no `path` is given. */
  interface Options {
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }

  export default function dynalite(options?: Options): Server;
}
