import { z } from 'zod';
import type { Item } from './sources.ts';

/*
 * Of a record of the ledger, what evidence needs. It takes the reports of older and newer versions than this one, and whatever else
 * somebody has put into the table does not get past it.
 */

const time = z.iso.datetime();
const seconds = z.number().min(0);

const call = z.object({
  eventName: z.string(),
  eventId: z.string().optional(),
  actor: z.object({ name: z.string(), arn: z.string().optional() }),
  sourceIp: z.string().optional(),
});

const trail = z.object({
  name: z.string(),
  declared: z.boolean(),
  standing: z.string(),
  isLogging: z.boolean().optional(),
  verified: time,
  blind: z.object({ from: time, until: time }).optional(),
  wasGone: z.boolean().optional(),
  changes: z.array(z.object({ field: z.string() })),
});

const drill = z.object({ trail: z.string(), until: time });

const window = z.object({
  id: z.string(),
  state: z.enum(['opened', 'used', 'closed', 'ended']),
  on: z.string(),
  actor: z.string(),
  reason: z.string(),
  openedBy: z.string().optional(),
  from: time,
  until: time,
  changes: z.array(z.string()).optional(),
});

const report = z.object({
  id: z.string(),
  severity: z.enum(['critical', 'high', 'medium', 'low', 'info']),
  verdict: z.string(),
  subject: z.string(),
  summary: z.array(z.string()),
  nudge: z.string(),
  calls: z.array(call),
  trails: z.array(trail),
  times: z.object({
    happened: time.optional(),
    detected: time,
    verified: time.optional(),
    secondsToDetect: seconds.optional(),
    secondsToHeal: seconds.optional(),
    secondsBlind: seconds.optional(),
  }),
  drill: drill.optional(),
  window: window.optional(),
});

const sent = z.object({ sentAt: time, keptLateAt: time.optional(), report });
const link = z.looseObject({ number: z.int().min(1), previous: z.string(), hash: z.string() });

/** A message as it was sent. */
export type SentRecord = z.infer<typeof sent>;
export type ReportRecord = SentRecord['report'];
export type WindowRecord = NonNullable<ReportRecord['window']>;

/** An item of the ledger, as far as it can be read. */
export interface LedgerRecord {
  readonly id: string;
  /** The item whole: what its hash is of. */
  readonly whole: unknown;
  /** Absent where it says nothing that a message says. */
  readonly sent?: SentRecord;
  /** Absent where it has no place in the chain. */
  readonly link?: { readonly number: number; readonly previous: string; readonly hash: string };
}

/** Reads an item of a ledger. Total: no value makes it throw. */
export function readItem({ id, value }: Item): LedgerRecord {
  const [itsSent, itsLink] = [sent.safeParse(value), link.safeParse(value)];
  return {
    id,
    whole: value,
    ...(itsSent.success && { sent: itsSent.data }),
    ...(itsLink.success && {
      link: { number: itsLink.data.number, previous: itsLink.data.previous, hash: itsLink.data.hash },
    }),
  };
}
