import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseBaseline } from '../../../src/baseline/read.ts';
import type { Trail } from '../../../src/kinds/trail/schema.ts';
import { STAGE } from '../../drill/drill.ts';
import { attackAll, type Outcome } from './organisation.ts';
import { copyFor } from './rights.ts';
import { REFUSED, WAR } from './strikes.ts';
import { tugOfWar, type WarResult } from './war.ts';

/** An attack on many accounts at once. */
export interface OrganisationScenario {
  readonly kind: 'organisation';
  readonly accounts: number;
  readonly trailsEach: number;
}

/** A tug of war over one trail. */
export interface WarScenario {
  readonly kind: 'war';
  readonly minutes: number;
  readonly pauseMs: number;
}

/** One actor's calls in so many minutes, all of them refused or none; they are to make few messages. */
export interface FloodScenario {
  readonly kind: 'flood';
  readonly calls: number;
  readonly minutes: number;
  readonly isRefused: boolean;
  readonly mostMessages: number;
}

/** What to simulate, as a value that another process can be given. */
export type Scenario = OrganisationScenario | WarScenario | FloodScenario;

/** What came of one. */
export type Result =
  | { readonly scenario: OrganisationScenario; readonly outcomes: readonly Outcome[] }
  | { readonly scenario: WarScenario; readonly war: WarResult }
  | { readonly scenario: FloodScenario; readonly war: WarResult };

/** CloudTrail allows so many trails in a Region. */
const MOST_TRAILS = 5;

/**
 * All scenarios, those that take longest first. A war at every 250 ms uses up four quotas of one call a second, one at
 * 1 s a quarter of each.
 */
export function scenarios(trails: number, minutes: number): Scenario[] {
  return [
    { kind: 'organisation', accounts: Math.ceil(trails / MOST_TRAILS), trailsEach: MOST_TRAILS },
    { kind: 'war', minutes, pauseMs: 250 },
    { kind: 'war', minutes, pauseMs: 1000 },
    { kind: 'organisation', accounts: trails, trailsEach: 1 },
    { kind: 'war', minutes, pauseMs: 10_000 },
    { kind: 'flood', calls: 500, minutes: 30, isRefused: false, mostMessages: 10 },
    { kind: 'flood', calls: 100, minutes: 1, isRefused: true, mostMessages: 3 },
  ];
}

/** The trail of the estate that has everything a trail can have. Throws an Error where the drill declares none. */
function alicesTrail(): Trail {
  const file = `baselines/${STAGE}.yml`;
  const [trail] = parseBaseline(readFileSync(file, 'utf8'), file).Trails;
  if (!trail) throw new Error(`${file} declares no trail`);
  return trail;
}

function guarding(trails: readonly Trail[], directory: string, scratch: string): string {
  const copy = join(scratch, `${trails.length}-trails`);
  const names = trails.map(({ Name }) => Name);
  copyFor(names, directory, copy);
  return copy;
}

/** Runs one scenario with the package in `directory`; its copy for other trails goes to `scratch`. */
export async function simulate(scenario: Scenario, directory: string, scratch: string): Promise<Result> {
  const trail = alicesTrail();
  if (scenario.kind === 'flood') {
    const { calls, minutes, isRefused } = scenario;
    const flood = { minutes, pauseMs: (minutes * 60_000) / calls, blows: isRefused ? REFUSED : WAR };
    return { scenario, war: await tugOfWar(trail, directory, flood) };
  }
  if (scenario.kind === 'war') return { scenario, war: await tugOfWar(trail, directory, scenario) };
  const { accounts, trailsEach } = scenario;
  const trails = Array.from({ length: trailsEach }, (_, index) => ({
    ...trail,
    Name: `${trail.Name}-${index + 1}`,
  }));
  const campaign = { accounts, trails, directory: guarding(trails, directory, scratch) };
  return { scenario, outcomes: await attackAll(campaign) };
}
