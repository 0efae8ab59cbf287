import { CloudTrailClient } from '@aws-sdk/client-cloudtrail';
import { REGION } from '../raw.ts';
import { type Candidate, type Case, ELSEWHERE, type Finding, tryCase } from './case.ts';
import { DELETE_CASES, UPDATE_CASES } from './change-cases.ts';
import { CREATE_CASES } from './create-cases.ts';
import { HISTORY_CASES } from './history-cases.ts';
import { CONFIGURATION_CASES, INSIGHT_CASES } from './insight-cases.ts';
import { LOGGING_CASES } from './logging-cases.ts';
import { READING_CASES } from './reading-cases.ts';
import { SELECTOR_CASES } from './selector-cases.ts';
import { TAG_CASES } from './tag-cases.ts';

/** Every CloudTrail operation that the guard or an attack uses, and what AWS documents of it. */
export const CASES: readonly Case[] = [
  ...CREATE_CASES,
  ...UPDATE_CASES,
  ...DELETE_CASES,
  ...LOGGING_CASES,
  ...READING_CASES,
  ...SELECTOR_CASES,
  ...INSIGHT_CASES,
  ...CONFIGURATION_CASES,
  ...TAG_CASES,
  ...HISTORY_CASES,
];

/** What one candidate did in each case. */
export interface Conformance {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Runs every case on a candidate, one after the other, and closes it. */
export async function examine({ name, endpoint, credentials, close }: Candidate): Promise<Conformance> {
  const [here, elsewhere] = [REGION, ELSEWHERE].map(
    (region) => new CloudTrailClient({ endpoint, credentials, region, maxAttempts: 1 }),
  ) as [CloudTrailClient, CloudTrailClient];
  const findings: Finding[] = [];
  try {
    for (const each of CASES) findings.push(await tryCase(here, elsewhere, each));
  } finally {
    here.destroy();
    elsewhere.destroy();
    await close();
  }
  return { name, findings };
}
