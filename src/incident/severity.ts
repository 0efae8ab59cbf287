import { isRepairable, isWhole, type Incident } from './incident.ts';
import { isSilencing, silenceOf } from './silence.ts';
import { concernedTrails, deliveryFaultsOf, followsDeclaration } from './verdict.ts';
import { TAMPERINGS } from '../kinds/trail/tamperings.ts';
import { FIELDS } from '../kinds/trail/fields.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

const MINOR_PARTS = ['tags', 'insights'];

/** From bad to harmless. */
const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** An actor who does not give up is one step worse. */
export function severityOf(incident: Incident): Severity {
  const severity = severityOfOne(incident);
  const steps = incident.repeats ? 1 : 0;
  return SEVERITIES[Math.max(SEVERITIES.indexOf(severity) - steps, 0)] ?? severity;
}

/**
 * How bad it is.
 * - `critical`: logging was or is off, the trail was deleted, something could not be repaired, or somebody may have the guard's key.
 * - `high`: the trail was weakened or redirected, or cannot deliver.
 * - `medium`: only its tags or Insights were changed.
 * - `low`: a refused attempt, a change to a trail that nobody declared, or an event that could not be read.
 * - `info`: a trail follows a changed baseline.
 */
function severityOfOne(incident: Incident): Severity {
  const { nudge, calls, config, faults, isImpostor } = incident;
  if (isImpostor) return 'critical';
  if (nudge.kind === 'attempt') return faults.length > 0 ? 'critical' : 'low';
  const told = concernedTrails(incident);
  const declared = told.filter(({ origin }) => origin === 'declared');
  const parts = [
    ...told.flatMap(({ found }) => found.map(({ field }): string => FIELDS[field])),
    ...calls
      .filter(({ trail }) => declared.some(({ Name }) => Name === trail?.Name))
      .map(({ eventName }) => TAMPERINGS[eventName].part),
  ];
  const isBroken =
    declared.some((outcome) => !isRepairable(outcome)) ||
    (config.mode === 'enforce' && told.some((outcome) => !isWhole(outcome)));
  const isSilenced = calls.some(isSilencing) || told.some((outcome) => silenceOf(incident, outcome));
  if (faults.length > 0 || isBroken || isSilenced) return 'critical';
  if (followsDeclaration(incident)) return 'info';
  const isWeakened = parts.some((part) => !MINOR_PARTS.includes(part));
  if (isWeakened || told.some((outcome) => deliveryFaultsOf(outcome).length > 0)) return 'high';
  return parts.length > 0 ? 'medium' : 'low';
}
