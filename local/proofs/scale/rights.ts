import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** The one of the framework's templates that the embedded AWS deploys. */
const TEMPLATE = 'cloudformation-template-update-stack.json';

const statement = z.looseObject({ Sid: z.string().optional(), Resource: z.unknown() });

const arnOf = (name: string) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:cloudtrail:\${AWS::Region}:\${AWS::AccountId}:trail/${name}`,
});

/** The functions that put trails back. */
const HEALERS = ['heal', 'watch'];

/** Writes each trail's ARN where `src/packaging/package.ts` would write it: in the statements that name declared trails, one a function. */
function entitle(template: string, names: readonly string[]): string {
  let entitled = 0;
  const text = JSON.stringify(
    JSON.parse(template, (_key, value: unknown) => {
      const read = statement.safeParse(value);
      if (read.data?.Sid !== 'CompareAndRestoreDeclaredTrails') return value;
      entitled += 1;
      return { ...read.data, Resource: names.map(arnOf) };
    }),
  );
  if (entitled === HEALERS.length) return text;
  throw new Error(
    `The package names its declared trails in ${entitled} statements instead of ${HEALERS.length}`,
  );
}

/**
 * Copies a package, and lets the guard of the copy restore the trails of other names: what packaging a baseline of these
 * trails would give, without a package for each number of trails. Throws an Error where the package has other statements.
 */
export function copyFor(names: readonly string[], directory: string, copy: string): void {
  cpSync(directory, copy, { recursive: true });
  const path = join(copy, TEMPLATE);
  writeFileSync(path, entitle(readFileSync(path, 'utf8'), names));
}
