import { execFile } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import type { Credentials } from '../../aws/iam/principal.ts';
import type { FunctionConfiguration } from '../../aws/lambda/function-configuration.ts';
import { bundle, ownSettings, PLUGIN_DEFAULTS } from './bundle.ts';
import type { Program } from './process.ts';

const EVENT = 'events/StopLogging.json';

/** Everything that is measured in processes of its own, ready to be started. */
export interface Contenders {
  readonly imports: Readonly<Record<'node' | 'same' | 'trailkeeper' | 'defaults', Program>>;
  /** Python is there where it is installed, with boto3. */
  readonly restarts: Readonly<Record<'same' | 'trailkeeper' | 'defaults', Program>> & {
    readonly python?: Program;
  };
  /** The packaged function, asked for a whole heal by someone with these credentials. */
  readonly heal: (credentials: Credentials, endpoint: string) => Program;
  /** Bytes. */
  readonly size: { readonly zipped: number; readonly unpacked: number };
}

const launcher = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** What a container of the function would find in its environment. */
function environmentOf(
  { environment, name, runtime, memoryMegabytes }: FunctionConfiguration,
  folder: string,
) {
  return {
    ...environment,
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_EXECUTION_ENV: `AWS_Lambda_${runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_ACCESS_KEY_ID: 'ASIAEXAMPLE000000009',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_SESSION_TOKEN: 'example',
    // Lambda has no home with an AWS profile in it; this machine may have.
    AWS_CONFIG_FILE: join(folder, 'no-config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'no-credentials'),
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
  };
}

async function unpack(zip: string, folder: string): Promise<number> {
  const files = Object.entries(unzipSync(await readFile(zip)));
  for (const [path, content] of files) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return files.reduce((sum, [, content]) => sum + content.length, 0);
}

async function hasBoto3(): Promise<boolean> {
  return promisify(execFile)('python3', ['-c', 'import boto3']).then(
    () => true,
    () => false,
  );
}

const PYTHON_HEALER = `
import json, sys
import boto3
client = boto3.client('cloudtrail')
with open(sys.argv[1]) as file:
    event = json.load(file)
client.start_logging(Name=event['detail']['requestParameters']['name'])
`;

/** Builds the contenders in a folder: the bundles, and the package of the given function unpacked. */
export async function makeContenders(
  configuration: FunctionConfiguration,
  folder: string,
): Promise<Contenders> {
  const own = await ownSettings();
  const at = (name: string) => join(folder, name);
  await writeFile(at('nothing.cjs'), '');
  await bundle('two-clients.ts', at('two-clients-same.cjs'), own);
  await bundle('two-clients.ts', at('two-clients-defaults.cjs'), PLUGIN_DEFAULTS);
  await bundle('bare-restart.ts', at('restart-same.cjs'), own);
  await bundle('bare-restart.ts', at('restart-defaults.cjs'), PLUGIN_DEFAULTS);
  const unpacked = await unpack(configuration.code, at('package'));
  const { size: zipped } = await stat(configuration.code);

  const environment = environmentOf(configuration, folder);
  const node = (...args: string[]): Program => ({ command: process.execPath, args, environment });
  const [, modulePath = '', exportName = ''] = /^(.*)\.([^./]+)$/.exec(configuration.handler) ?? [];
  const packaged = at(join('package', `${modulePath}.cjs`));
  const importOf = (file: string) => node(launcher('import.cjs'), file);
  const invocationOf = (file: string, name: string) =>
    node(launcher('invoke.cjs'), file, name, EVENT, configuration.arn);
  const invocation = invocationOf(packaged, exportName);
  const python = { command: 'python3', args: ['-c', PYTHON_HEALER, EVENT], environment };

  return {
    imports: {
      node: importOf(at('nothing.cjs')),
      same: importOf(at('two-clients-same.cjs')),
      trailkeeper: importOf(packaged),
      defaults: importOf(at('two-clients-defaults.cjs')),
    },
    restarts: {
      same: invocationOf(at('restart-same.cjs'), 'handler'),
      trailkeeper: invocation,
      defaults: invocationOf(at('restart-defaults.cjs'), 'handler'),
      ...((await hasBoto3()) && { python }),
    },
    heal: ({ accessKeyId, secretAccessKey, sessionToken }, endpoint) => ({
      ...invocation,
      environment: {
        ...environment,
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: secretAccessKey,
        AWS_SESSION_TOKEN: sessionToken,
        AWS_ENDPOINT_URL: endpoint,
      },
    }),
    size: { zipped, unpacked },
  };
}
