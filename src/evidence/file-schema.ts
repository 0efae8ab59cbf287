import { z } from 'zod';
import type { Evidence } from './evidence.ts';
import { EVIDENCE_VERSION } from './evidence.ts';
import type { LedgerSource } from './sources.ts';

/** Evidence as a file of data: with the records that it was made from, so that anybody can work it out again. */
export interface EvidenceFile {
  readonly evidence: Evidence;
  readonly ledgers: readonly LedgerSource[];
}

const time = z.iso.datetime();

const file = z.object({
  evidence: z.looseObject({
    version: z.literal(EVIDENCE_VERSION),
    from: time,
    until: time,
    covered: z.object({ from: time, until: time }).optional(),
    declared: z.array(z.string()),
    chains: z.array(z.unknown()),
    trails: z.array(z.unknown()),
    incidents: z.array(z.unknown()),
    windows: z.array(z.unknown()),
    drills: z.array(z.unknown()),
    times: z.unknown(),
  }),
  ledgers: z.array(
    z.object({
      table: z.string(),
      createdAt: z.number(),
      items: z.array(z.object({ id: z.string(), value: z.unknown() })),
      end: z.object({ number: z.number(), hash: z.string() }).optional(),
    }),
  ),
});

/** A file of evidence, as far as checking it needs: what it says is not believed, but worked out again. */
export type ReadFile = z.infer<typeof file>;

/** Reads a file of evidence; undefined where the text is none of this version. */
export function readEvidenceFile(text: string): ReadFile | undefined {
  try {
    return file.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
