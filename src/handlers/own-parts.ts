import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Keeper, namesIn, ownParts } from '../config/own-parts.ts';
import type { Home } from '../kinds/home.ts';
import type { DeclaredResource } from '../kinds/resource.ts';

/** Beside the code in each package: the guard's own parts, as its template declares them. */
export const OWN_PARTS = 'guard.json';

/** Tells which are the guard's own parts, once it is known where the function runs. */
export type PartsOf = (keeper: Keeper, home: Home) => readonly DeclaredResource[];

/** The parts that the package declares; none where it was not made by `serverless package`, as in a local invocation. */
export function packagedParts(environment: Readonly<Record<string, string | undefined>>): PartsOf {
  const file = join(environment['LAMBDA_TASK_ROOT'] ?? '.', OWN_PARTS);
  if (!existsSync(file)) return () => [];
  const text = readFileSync(file, 'utf8');
  const names = namesIn(environment);
  const known = new Map<string, readonly DeclaredResource[]>();
  return (keeper, home) => {
    const of = [keeper, home.partition, home.region, home.account].join();
    const parts = known.get(of) ?? ownParts(text, keeper, home, names);
    known.set(of, parts);
    return parts;
  };
}
