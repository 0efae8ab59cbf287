import type { Asked, Examined, Unread } from './examined.ts';

/** One answer. `unknown`: whoever asks may not know it, or nobody can yet. */
export interface Finding {
  readonly verdict: 'well' | 'ill' | 'unknown';
  /** In words, as a sentence without its full stop. */
  readonly why: string;
  /** The one command that mends it, or shows more of it. */
  readonly command?: string;
}

/** A question of the examination, and how it is answered. */
export interface Check {
  readonly question: string;
  readonly answer: (examined: Examined) => readonly Finding[];
}

export const well = (why: string): Finding => ({ verdict: 'well', why });

export const ill = (why: string, command: string): Finding => ({ verdict: 'ill', why, command });

export const unknown = (why: string, command?: string): Finding => ({
  verdict: 'unknown',
  why,
  ...(command !== undefined && { command }),
});

/** A text as one word of a POSIX shell; what cannot be seen is left out of it. */
export function quoted(text: string): string {
  const seen = text.replace(/[^\x20-\x7e]/g, '');
  return /^[\w@%+=:,./-]+$/.test(seen) ? seen : `'${seen.replaceAll("'", String.raw`'\''`)}'`;
}

/** A command with the options that most of them take. */
export const deploy = ({ stage, region }: Examined): string =>
  `npx serverless deploy --stage ${stage} --region ${region}`;

/** A deployment changes nothing where the template is the same, and so restores nothing that was taken away. */
export const deployAnew = (examined: Examined): string =>
  `npx serverless remove --stage ${examined.stage} --region ${examined.region} && ${deploy(examined)}`;

export const again = ({ stage, region }: Examined): string =>
  `npm run doctor -- --stage ${stage} --region ${region}`;

/** What there is to say where an answer is missing: rights are named and no fault, all else has to be asked again. */
export function unanswered(what: string, { why, said }: Unread, examined: Examined): Finding {
  const words = `${what}: ${said}`;
  if (why === 'failed') return ill(words, again(examined));
  return unknown(why === 'denied' ? words : `${what}: this endpoint does not say (${said})`);
}

/** Answers by what is known, or says why it is not. */
export function knowing<T>(
  what: string,
  asked: Asked<T>,
  examined: Examined,
  answer: (known: T) => readonly Finding[],
): readonly Finding[] {
  return 'known' in asked ? answer(asked.known) : [unanswered(what, asked.unread, examined)];
}

/** What is ill or unknown; where nothing is, that all is well. */
export function allWell(findings: readonly Finding[], summary: string): readonly Finding[] {
  return findings.length > 0 ? findings : [well(summary)];
}

/** A span in words that suit its length. */
export function ago(ms: number): string {
  const minutes = Math.max(Math.round(ms / 60_000), 0);
  if (minutes < 1) return 'less than a minute ago';
  if (minutes < 120) return `${minutes} minutes ago`;
  const hours = Math.round(minutes / 60);
  return hours < 72 ? `${hours} hours ago` : `${Math.round(hours / 24)} days ago`;
}
