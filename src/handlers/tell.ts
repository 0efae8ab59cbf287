import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { centralBusOutlet } from '../aws/central-bus.ts';
import { pinSettings } from '../aws/pin-settings.ts';
import { iamClient, livePrincipals } from '../aws/iam.ts';
import { createJournal } from '../aws/journal.ts';
import { securityHubOutlet } from '../aws/security-hub.ts';
import type { Baseline } from '../baseline/baseline.ts';
import { composeTell } from './compose-tell.ts';
import { packagedParts } from './own-parts.ts';

/** The stage's baseline, checked and put here when the package is built; null where the stage has none. */
declare const BASELINE: Baseline | null;
/** Put here likewise. What was not chosen is left out of the package, client and all. */
declare const SECURITY_HUB: boolean;
declare const CONTAINMENT: boolean;
/** The bus's ARN, or nothing. */
declare const CENTRAL_BUS: string;
declare const LOCAL_ENDPOINT: boolean;

pinSettings(process.env, LOCAL_ENDPOINT);

const journal = createJournal();
const clock = { now: Date.now, sleep: (ms: number) => sleep(ms) };

/** Tells the security team, in order, what the passes of the guard have seen and done. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(journal)
  .handler(
    composeTell(
      { environment: process.env, baseline: BASELINE, clock, journal },
      {
        outlets: [
          ...(SECURITY_HUB ? [securityHubOutlet()] : []),
          ...(CENTRAL_BUS ? [centralBusOutlet(CENTRAL_BUS)] : []),
        ],
        principals: CONTAINMENT
          ? livePrincipals(iamClient(), process.env['CONTAIN_POLICY'] ?? '')
          : undefined,
        ...(LOCAL_ENDPOINT && { historyPaceMs: 0 }),
      },
      packagedParts(process.env),
    ),
  );
