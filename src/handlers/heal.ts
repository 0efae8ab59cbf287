import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import { pinSettings } from '../aws/pin-settings.ts';
import { createJournal } from '../aws/journal.ts';
import type { Baseline } from '../baseline/baseline.ts';
import { composeHeal } from './compose-heal.ts';
import { packagedParts } from './own-parts.ts';

/** The stage's baseline, checked and put here when the package is built; null where the stage has none. */
declare const BASELINE: Baseline | null;
/** Put here likewise: whether the package is for a local AWS, and so for a local endpoint. */
declare const LOCAL_ENDPOINT: boolean;

pinSettings(process.env, LOCAL_ENDPOINT);

const journal = createJournal();
const clock = { now: Date.now, sleep: (ms: number) => sleep(ms) };

/** Puts the trails of this account and Region back, whatever the event, and hands over what came of it. */
export const handler = middy()
  .use(journal)
  .handler(
    composeHeal({ environment: process.env, baseline: BASELINE, clock, journal }, packagedParts(process.env)),
  );
