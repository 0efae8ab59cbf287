import { z } from 'zod';
import { readPolicy } from './policy.ts';

/** What a declaration of any resource says beside its fields. */
const SWITCHES = {
  watch: z
    .enum(['enforce', 'alert'])
    .default('enforce')
    .describe('alert: what is not as declared is told, and not repaired.'),
  exact: z
    .boolean()
    .optional()
    .describe('Statements of its policy that are not declared go, whatever they are for.'),
};

/** A value of an API that is compared whole. */
export const document = z.record(z.string(), z.unknown());

/** A policy, written as YAML, or as the text that the API shows. */
export const policy = z
  .union([document, z.string()])
  .refine((value) => readPolicy(value)?.isUnreadable !== true, 'is no policy: give a Version and a Statement')
  .describe('Statements are compared by what they mean.');

/** The declaration of one resource: its name, how it is watched, and its fields, each of which may be left out: then it is not guarded. */
export function resource<Fields extends z.ZodRawShape>(Name: z.ZodType<string>, fields: Fields) {
  return z.strictObject({ Name, ...SWITCHES, ...fields });
}
