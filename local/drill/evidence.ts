import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assumedRole } from '../aws/iam/principal.ts';
import { readSources } from '../../src/aws/evidence.ts';
import { evidenceOf } from '../../src/evidence/evidence.ts';
import { evidencePage } from '../../src/evidence/page.ts';
import type { Drill, Period } from '../../src/evidence/sources.ts';
import { AUDIT_TRAIL, DATA_TRAIL } from './estate.ts';
import { type Range, type Result, STAGE } from './drill.ts';
import type { Trial } from './ordeal.ts';
import { speed, survived } from './scoreboard.ts';

/** In the project, and never in git. */
const FOLDER = 'evidence';

/** What a drill has come to. */
interface Outcome {
  readonly results: readonly Result[];
  readonly trials: readonly Trial[];
}

function drillsOf({ results, trials }: Outcome): Drill[] {
  return [
    ...results.map((result) => ({
      name: result.name,
      story: result.effect,
      passed: survived(result),
      outcome: result.whole
        ? `whole again, ${speed(result)}`
        : `NOT whole: ${[...result.broken, ...result.problems].join(', ')}`,
    })),
    ...trials.map(({ name, story, survived: passed, outcome }) => ({ name, story, passed, outcome })),
  ];
}

/**
 * Writes of the drill what `npm run evidence` writes of a stage, from the same sources: the ledger and the Event history of the range.
 * `struck` is when Mallory struck. Gives the path of the page.
 */
export async function writeEvidence({ aws }: Range, struck: Period, outcome: Outcome): Promise<string> {
  const credentials = aws.signIn({ userIdentity: assumedRole(aws.account, 'Auditor', 'ada') });
  // CloudTrail's own times are whole seconds.
  const period = {
    from: Math.floor(struck.from / 1000) * 1000,
    until: Math.ceil(struck.until / 1000) * 1000,
  };
  const sources = await readSources({
    notice: 'This was a drill on an embedded AWS: nothing here has happened in an account.',
    service: 'trailkeeper',
    stage: STAGE,
    region: aws.region,
    account: aws.account,
    declared: [AUDIT_TRAIL, DATA_TRAIL],
    period,
    without: { metrics: 'the embedded AWS keeps none' },
    commits: { fault: 'the baseline of a drill is captured anew, and not committed' },
    drills: drillsOf(outcome),
    now: () => Math.max(period.until, Date.now()),
    connection: { endpoint: aws.endpoint, credentials },
    historyPaceMs: 0,
    // All is quiet: what was to be told was told.
    stillToldMs: 0,
  });
  const path = join(FOLDER, 'drill.html');
  await mkdir(FOLDER, { recursive: true });
  await writeFile(path, evidencePage(evidenceOf(sources)));
  return path;
}
