import { z } from 'zod';
import { readPolicy, type Statement } from './policy.ts';

/** What a declaration of any resource says beside its fields. */
const SWITCHES = {
  watch: z
    .enum(['enforce', 'alert'])
    .default('enforce')
    .describe('alert: what is not as declared is told, and not repaired.'),
  exact: z
    .boolean()
    .optional()
    .describe(
      'What is found beside what is declared goes, whatever it is for: statements, notifications, filters.',
    ),
};

/** A field that may be declared not to be there: then whatever is there is drift. */
export const orNone = <T extends z.ZodType>(value: T) =>
  value.nullable().optional().describe('null: there is none. Left out: it is not guarded.');

/** A value of an API that is compared whole. */
export const document = z.record(z.string(), z.unknown());

/** What every statement says. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
function isStatement({ Effect, Action, NotAction }: Statement): boolean {
  return (Effect === 'Allow' || Effect === 'Deny') && (Action === undefined) !== (NotAction === undefined);
}

function isPolicy(value: unknown): boolean {
  const read = readPolicy(value);
  return (
    read !== undefined && !read.isUnreadable && read.Statement.length > 0 && read.Statement.every(isStatement)
  );
}

/** A policy, written as YAML, or as the text that the API shows. */
export const policy = z
  .union([document, z.string()])
  .refine(isPolicy, 'is no policy: give a Version, and a Statement with an Effect and an Action')
  .describe('Statements are compared by what they mean.');

/** The declaration of one resource: its name, how it is watched, and its fields, each of which may be left out: then it is not guarded. */
export function resource<Fields extends z.ZodRawShape>(Name: z.ZodType<string>, fields: Fields) {
  return z.strictObject({ Name, ...SWITCHES, ...fields });
}
