import type { ChangeWindow } from '../kinds/change-window.ts';
import { asRecord, asText } from '../foreign/values.ts';
import type { Actor } from '../record/actor.ts';

/** What somebody asks for who opens a window. */
export interface Wish extends Pick<ChangeWindow, 'kind' | 'name' | 'actor' | 'reason'> {
  readonly seconds: number;
}

const HOUR_S = 60 * 60;

/** Longer than a day is no change window, but another baseline. */
const LONGEST_S = 24 * HOUR_S;

/** One user or role, or those whose names begin alike: never just anybody. */
const PRINCIPAL = /^arn:[a-z-]+:iam::\d{12}:(?:user|role)\/[\w+=,.@-][\w+=,.@/-]*\*?$/;

/**
 * What all pairs of a grant's constraint may have together, in characters.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html#KMS-CreateGrant-request-Constraints
 */
const MOST_CHARACTERS = 384;

/** What is wrong with a wish, a line each, as the person at the terminal asked for it. */
export function wishFaults(wish: Wish): string[] {
  const { kind, name, actor, reason, seconds } = wish;
  const isLong = Object.entries(contextOf(wish)).flat().join('').length > MOST_CHARACTERS;
  return [
    ...(kind === '' || name === ''
      ? ['--trail or --resource is missing: name one trail or one resource']
      : []),
    ...(PRINCIPAL.test(actor)
      ? []
      : [
          `--actor is ${JSON.stringify(actor)}: give the ARN of an IAM user or role, with a * at the end of its name if need be`,
        ]),
    ...(Number.isInteger(seconds) && seconds >= 60 && seconds <= LONGEST_S
      ? []
      : ['--for is no time between 1m and 24h: give 30m, or 2h']),
    ...(/^[\x20-\x7e]{1,120}$/.test(reason)
      ? []
      : ['--reason is no ticket: give 1 to 120 printable ASCII characters, such as CHG-4711']),
    ...(isLong
      ? [`all of it together is longer than ${MOST_CHARACTERS} characters: give a shorter --reason`]
      : []),
  ];
}

/** A wish as a grant carries it: the pairs of an encryption context. */
export function contextOf({ kind, name, actor, reason, seconds }: Wish): Record<string, string> {
  return { kind, name, actor, reason, seconds: String(seconds) };
}

/**
 * A grant of the key of change windows, as KMS lists it, as the window that it is; undefined for any other grant, and for a window that is
 * longer, or for more, than one may be. When it began says KMS, so that nobody's clock counts but AWS's.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
 */
export function readGrant(grant: unknown): ChangeWindow | undefined {
  const { GrantId, CreationDate, Constraints } = asRecord(grant);
  const context = asRecord(asRecord(Constraints)['EncryptionContextSubset']);
  const [id, kind = '', name = '', actor = '', reason = '', seconds = ''] = [
    GrantId,
    ...['kind', 'name', 'actor', 'reason', 'seconds'].map((key) => context[key]),
  ].map(asText);
  const wish = { kind, name, actor, reason, seconds: /^\d{1,5}$/.test(seconds) ? Number(seconds) : NaN };
  if (!id || typeof CreationDate !== 'number' || wishFaults(wish).length > 0) return undefined;
  const from = CreationDate * 1000;
  return { id, kind, name, actor, reason, from, until: from + wish.seconds * 1000 };
}

/** Whether a window is open at a time, in ms since the epoch. */
export function isOpen({ from, until }: ChangeWindow, now: number): boolean {
  return from <= now && now < until;
}

/** Whether a call was made while a window was open. CloudTrail's times are whole seconds: it may have been later within one. */
export function isWithin({ from, until }: ChangeWindow, time: number): boolean {
  return from - 1000 < time && time < until;
}

/** Whether somebody is the principal of a window: the user, or the role whose session it is. */
export function isOf({ actor }: ChangeWindow, { type, arn, issuerArn }: Actor): boolean {
  const behind = type === 'IAMUser' ? arn : issuerArn;
  if (behind === undefined) return false;
  return actor.endsWith('*') ? behind.startsWith(actor.slice(0, -1)) : behind === actor;
}
