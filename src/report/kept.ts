import { createHash } from 'node:crypto';
import type { Report } from './schema.ts';

/** A place in the chain of what was sent: how many messages were kept until here, and the hash that stands for all of them. */
export interface Link {
  readonly number: number;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

/** Where every chain begins. */
export const BEFORE_THE_FIRST: Link = { number: 0, hash: '' };

/** What is kept of a message. */
export interface Sent {
  /** ISO 8601, UTC: when the topic of the security team had taken it. */
  readonly sentAt: string;
  /** ISO 8601, UTC: when it was put down, where the ledger was away when it was sent. */
  readonly keptLateAt?: string;
  readonly report: Report;
}

/** Evidence: a message as it was sent, chained to the one before. */
export interface KeptReport extends Sent, Link {
  /** The hash of the one before; empty for the first of all. */
  readonly previous: string;
}

/**
 * A value as JSON that is the same however its members are ordered. For what JSON can hold, it is the canonical form of
 * https://www.rfc-editor.org/rfc/rfc8785
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  // By UTF-16 code units, as the RFC wants it.
  const sorted = members.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
}

/** The hash that a record ought to have: of all that it says, its place and the hash before it included. */
export function hashOf(record: Omit<KeptReport, 'hash'>): string {
  const said = { ...record, hash: undefined };
  return createHash('sha256').update(canonicalJson(said)).digest('hex');
}

/** The record that comes after another. */
export function keptAfter({ number, hash }: Link, sent: Sent): KeptReport {
  const record = { ...sent, number: number + 1, previous: hash };
  return { ...record, hash: hashOf(record) };
}
