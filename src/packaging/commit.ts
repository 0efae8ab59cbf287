import { execFileSync } from 'node:child_process';

/** It takes two processes to ask, and whatever one process packages is of one commit. */
const asked = new Map<string, string>();

/** The commit of a folder, `-dirty` where something is not in it; `unknown` where there is no git, or no commit. */
export function commitOf(folder: string): string {
  const commit = asked.get(folder) ?? askGit(folder);
  asked.set(folder, commit);
  return commit;
}

function askGit(folder: string): string {
  const git = (...args: readonly string[]) =>
    execFileSync('git', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const commit = git('rev-parse', 'HEAD');
    return git('status', '--porcelain') === '' ? commit : `${commit}-dirty`;
  } catch {
    return 'unknown';
  }
}
