import { isRepairable, isWhole, type Incident } from './incident.ts';
import { TAMPERINGS } from './tampering.ts';
import { FIELDS } from './trail.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low';

const MINOR_PARTS = ['tags', 'insights'];

/**
 * How bad it is.
 * - `critical`: logging was or is off, the trail was deleted, or something could not be repaired.
 * - `high`: the trail was weakened or redirected.
 * - `medium`: only its tags or Insights were changed.
 * - `low`: a refused attempt, a change to a trail that nobody declared, or an event that could not be read.
 */
export function severityOf({ nudge, outcomes, faults }: Incident): Severity {
  const called = nudge.kind === 'tampering' ? nudge.call : undefined;
  const isDeclared = outcomes.some(({ Name, declared }) => declared && Name === called?.trail?.Name);
  const broken = outcomes.some(
    (outcome) => !isWhole(outcome) || (outcome.declared && !isRepairable(outcome)),
  );
  const parts = outcomes.flatMap(({ found }) => found.map(({ field }) => FIELDS[field] as string));
  if (called && isDeclared) parts.push(TAMPERINGS[called.eventName].part);
  const silenced = called?.eventName === 'StopLogging' || called?.eventName === 'DeleteTrail';
  if (faults.length > 0 || broken || silenced || parts.includes('logging')) return 'critical';
  if (parts.some((part) => !MINOR_PARTS.includes(part))) return 'high';
  return parts.length > 0 ? 'medium' : 'low';
}
