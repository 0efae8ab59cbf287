import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * Packages the stage for real, as `serverless deploy` would, into a directory. Neither AWS nor credentials are needed.
 * Rejects with what the framework printed.
 */
export async function buildPackage(
  stage: string,
  directory: string,
  parameters: readonly string[] = [],
): Promise<void> {
  const given = parameters.map((parameter) => `--param=${parameter}`);
  try {
    await run('npx', ['serverless', 'package', '--stage', stage, '--package', directory, ...given], {
      env: { ...process.env, SLS_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`serverless package failed:\n${stdout}${stderr}`, { cause: error });
  }
}
