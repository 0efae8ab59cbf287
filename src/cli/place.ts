import { existsSync, readFileSync } from 'node:fs';
import type { Baseline } from '../baseline/baseline.ts';
import { parseBaseline } from '../baseline/read.ts';
import { stageFault } from '../config/stage.ts';

/** As serverless.yml calls the service. */
export const SERVICE = 'trailkeeper';

/** What is wrong with the stage or the Region that somebody gave, and what to give. */
export class PlaceError extends Error {
  override readonly name = 'PlaceError';
}

/** Where a stage is deployed. */
interface Place {
  readonly stage: string;
  readonly region: string;
  /** The file of its baseline, whether it is there or not. */
  readonly file: string;
  readonly baseline: Baseline | undefined;
}

/**
 * Which stage is meant and in which Region: where its baseline says, or else as given, or else by the environment.
 * Throws a {@link PlaceError}, or a BaselineError for a baseline that cannot be read.
 */
export function placeOf(stage = '', region?: string): Place {
  const fault = stage === '' ? '--stage is missing: give the stage, such as prod' : stageFault(stage);
  if (fault) throw new PlaceError(fault);
  const file = `baselines/${stage}.yml`;
  const baseline = existsSync(file) ? parseBaseline(readFileSync(file, 'utf8'), file) : undefined;
  if (baseline && region !== undefined && region !== baseline.Region)
    throw new PlaceError(
      `${file} is for ${baseline.Region}: give --region ${baseline.Region}, or leave it out`,
    );
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  return {
    stage,
    file,
    baseline,
    // serverless.yml deploys to us-east-1 when no Region is given.
    region: region ?? baseline?.Region ?? AWS_REGION ?? AWS_DEFAULT_REGION ?? 'us-east-1',
  };
}
