import { execFile } from 'node:child_process';
import { commandOf } from '../packages/packages.ts';

/** How a command ended and what it said. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command of src/cli in a folder, with no environment but the given one: no profile, no colours, no metadata. */
export async function runCli(
  name: string,
  cwd: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [commandOf(name), ...args],
      { cwd, env: { PATH: '', HOME: cwd, AWS_EC2_METADATA_DISABLED: 'true', NO_COLOR: '1', ...env } },
      (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      },
    );
  });
}
