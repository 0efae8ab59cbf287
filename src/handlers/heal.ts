import { setTimeout as sleep } from 'node:timers/promises';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import type { Outlet } from '../alert/alert.ts';
import { centralBusOutlet } from '../aws/central-bus.ts';
import { cloudTrailClient, liveTrails } from '../aws/cloudtrail.ts';
import { eventHistory } from '../aws/history.ts';
import { iamClient, livePrincipals } from '../aws/iam.ts';
import { createJournal } from '../aws/journal.ts';
import { securityHubOutlet } from '../aws/security-hub.ts';
import { chatOutlet, snsClient, topicOutlet } from '../aws/sns.ts';
import type { Baseline } from '../baseline/baseline.ts';
import { homeOf, settle } from '../config/settle.ts';
import { heal } from './heal-and-tell.ts';
import { createMemory } from '../telling/memory.ts';
import { once } from '../aws/lazy.ts';
import { severityOf } from '../incident/severity.ts';
import { verdictOf } from '../incident/verdict.ts';

/** The stage's baseline, checked and put here when the package is built; null where the stage has none. */
declare const BASELINE: Baseline | null;

/** Put here likewise. What was not chosen is left out of the package, client and all. */
declare const SECURITY_HUB: boolean;
declare const CONTAINMENT: boolean;
/** The bus's ARN, or nothing. */
declare const CENTRAL_BUS: string;

/** Ms that the last repair under way and the alert may take. */
const TIME_TO_TELL = 40_000;

const cloudTrail = cloudTrailClient();
const sns = once(snsClient);
const memory = createMemory();
const journal = createJournal();
const clock = { now: Date.now, sleep: (ms: number) => sleep(ms) };

const chatTopic = process.env['CHAT_TOPIC'];
const beyondTopics: readonly Outlet[] = [
  ...(SECURITY_HUB ? [securityHubOutlet()] : []),
  ...(CENTRAL_BUS ? [centralBusOutlet(CENTRAL_BUS)] : []),
];

const principals = CONTAINMENT ? livePrincipals(iamClient(), process.env['CONTAIN_POLICY'] ?? '') : undefined;

/** The history answers two calls a second: what it throttles must not slow the repairs down. Few invocations ask it. */
const historian = once(cloudTrailClient);

/** Heals the trails of this account and Region, whatever the event. What it returns is for people who invoke it by hand. */
export const handler = middy()
  .use(journal)
  .handler(async (event: unknown, context: Context) => {
    const home = homeOf(context.invokedFunctionArn, BASELINE);
    const incident = await heal(event, {
      ...settle(process.env, BASELINE, home),
      home,
      trails: liveTrails(cloudTrail, home),
      history: eventHistory(historian, home),
      outlets: [
        topicOutlet(sns, home, process.env['ALERT_TOPIC'] ?? ''),
        ...(chatTopic ? [chatOutlet(sns, home, chatTopic)] : []),
        ...beyondTopics,
      ],
      principals,
      memory,
      clock,
      deadline: Date.now() + context.getRemainingTimeInMillis() - TIME_TO_TELL,
      log: journal.note,
      measure: journal.measure,
    });
    if (incident?.nudge.kind === 'sweep') journal.measure('SweepFinished', 1);
    return incident && { verdict: verdictOf(incident), severity: severityOf(incident) };
  });
