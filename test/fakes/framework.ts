import { createRequire } from 'node:module';
import type { Serverless } from '../../src/packaging/package.ts';

interface FileSource {
  resolve: (asked: { serviceDir: string; params: string[] }) => Promise<{ value: unknown }>;
}

const require = createRequire(import.meta.url);

/** The framework's own reader of files, tags like !Sub and all. */
const files = require('serverless/lib/configuration/variables/sources/file.js') as FileSource;

async function read(file: string): Promise<unknown> {
  return (await files.resolve({ serviceDir: process.cwd(), params: [file] })).value;
}

const { params: given } = (await read('serverless.yml')) as {
  params: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** What a deployment without a single --param has. */
export const defaults = given['default'] ?? {};

/** What `serverless package` is given. */
export interface Given {
  readonly stage?: string;
  readonly region?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** The framework, as far as packaging asks it; `more` are variables of serverless.yml. */
export function framework(
  { stage = 'drill', region = 'us-east-1', params = {} }: Given = {},
  more: Readonly<Record<string, unknown>> = {},
): Serverless {
  const variables: Readonly<Record<string, unknown>> = {
    'self:service': 'trailkeeper',
    'sls:stage': stage,
    'self:provider.region': region,
    ...Object.fromEntries(
      Object.entries({ ...defaults, ...given[stage], ...params }).map(([name, value]) => [
        `param:${name}`,
        value,
      ]),
    ),
    ...more,
  };
  return {
    resolveVariable: (variable) => {
      const file = /^file\((.*)\)$/.exec(variable)?.[1];
      if (file) return read(file);
      return variable in variables
        ? Promise.resolve(variables[variable])
        : Promise.reject(new Error(`${variable} is asked for and not declared`));
    },
  };
}
