import type { z } from 'zod';
import { AwsError } from './aws-error.ts';

/** The fields of a request as they came, before anything is known of them. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request read by its schema; unknown fields pass unseen, as in AWS. Throws `error` naming the faulty field. */
export function readRequest<S extends z.ZodType>(
  schema: S,
  input: unknown,
  error = 'SerializationException',
): z.output<S> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new AwsError(error, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid request'}`);
}
