import { type Candidate, type Case, type Finding, tryCases } from './case.ts';
import { DELETE_CASES, UPDATE_CASES } from './change-cases.ts';
import { CREATE_CASES } from './create-cases.ts';
import { HISTORY_CASES } from './history-cases.ts';
import { CONFIGURATION_CASES, INSIGHT_CASES } from './insight-cases.ts';
import { LOGGING_CASES } from './logging-cases.ts';
import { PRINCIPAL_CASES } from './principal-cases.ts';
import { QUEUE_CASES } from './queue-cases.ts';
import { READING_CASES } from './reading-cases.ts';
import { SELECTOR_CASES } from './selector-cases.ts';
import { TABLE_CASES } from './table-cases.ts';
import { TAG_CASES } from './tag-cases.ts';
import { onFreshTrails } from './trail-case.ts';

/** Every operation that the guard or an attack uses, and what AWS documents of it: a list for each sort of resource. */
export const CASES: readonly Case[] = [
  ...onFreshTrails([
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
  ]),
  ...QUEUE_CASES,
  ...TABLE_CASES,
  ...PRINCIPAL_CASES,
];

/** What one candidate did in each case. */
export interface Conformance {
  readonly name: string;
  readonly findings: readonly Finding[];
}

/** Runs every case on a candidate, one after the other, and closes it. */
export async function examine(candidate: Candidate): Promise<Conformance> {
  try {
    return { name: candidate.name, findings: await tryCases(candidate, CASES) };
  } finally {
    await candidate.close();
  }
}
