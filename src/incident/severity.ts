import { approvedBy } from './approved.ts';
import { isRepairable, isWhole, type Incident } from './incident.ts';
import { concernedResources, harmsTo, isResourceWhole, unseenResources } from './resources.ts';
import { silenceOf } from './silence.ts';
import { concernedTrails, deliveryFaultsOf, followsDeclaration, isDrillOver } from './verdict.ts';
import { isCallOn, isSilencing } from '../record/call.ts';
import type { Harm } from '../kinds/resource.ts';
import { FIELDS } from '../kinds/trail/fields.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';

const MINOR_PARTS = ['tags', 'insights'];

/** From bad to harmless. */
const SEVERITIES: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/** How bad it is for the logs. Where the harm was over before it was seen, it is told less loudly. */
const HARMFUL: Readonly<Record<Harm, Severity>> = {
  lost: 'critical',
  exposed: 'high',
  delayed: 'high',
  minor: 'medium',
};

const worse = (a: Severity, b: Severity): Severity => (SEVERITIES.indexOf(a) < SEVERITIES.indexOf(b) ? a : b);

/** How bad it is for what the trails deliver through, and for the guard itself: there, nothing is harmless. */
function severityOfResources(incident: Incident): Severity | undefined {
  const { nudge, calls, config, home } = incident;
  if (nudge.kind === 'attempt' || followsDeclaration(incident)) return undefined;
  // Nobody knows yet what came of it: it is told as loudly as the call may be bad.
  const unseen = unseenResources(incident).flatMap(({ declared }) =>
    calls
      .filter((call) => isCallOn(call, declared, home))
      .map(({ tampering: { harm = 'minor' } }): Severity =>
        declared.purpose === 'guard' && harm !== 'minor' ? 'critical' : HARMFUL[harm],
      ),
  );
  const seen = concernedResources(incident).map((outcome): Severity => {
    if (outcome.declared.purpose === 'guard') return 'critical';
    const isBroken = config.mode === 'enforce' && !isResourceWhole(outcome);
    const found = harmsTo(outcome, home).map((harm): Severity => HARMFUL[harm]);
    // What was over before it was seen is told less loudly; what is not compared is among the unseen.
    const called = calls
      .filter((call) => isCallOn(call, outcome.declared, home))
      .map(({ tampering: { harm } }): Severity => (harm === 'lost' ? 'high' : 'medium'));
    return [...found, ...called].reduce<Severity>(worse, isBroken ? 'high' : 'low');
  });
  return [...seen, ...unseen].reduce<Severity | undefined>(
    (worst, each) => (worst ? worse(worst, each) : each),
    undefined,
  );
}

/** An actor who does not give up is one step worse. */
export function severityOf(incident: Incident): Severity {
  if (approvedBy(incident)) return 'low';
  const [ofTrails, ofResources] = [severityOfOne(incident), severityOfResources(incident)];
  const severity = ofResources ? worse(ofTrails, ofResources) : ofTrails;
  const steps = incident.repeats ? 1 : 0;
  return SEVERITIES[Math.max(SEVERITIES.indexOf(severity) - steps, 0)] ?? severity;
}

/**
 * How bad it is.
 * - `critical`: logging was or is off, the trail was deleted, something could not be repaired, log files are lost or can be deleted, or the
 *   guard itself was struck, or somebody may have its key.
 * - `high`: the trail was weakened or redirected, or cannot deliver, or strangers can read what it delivers.
 * - `medium`: only its tags or Insights were changed.
 * - `low`: a refused attempt, what a change window lets stand, a change to a trail that nobody declared, or an event that could not be read.
 * - `info`: a trail follows a changed baseline, or a drill is over.
 */
function severityOfOne(incident: Incident): Severity {
  const { nudge, calls, config, faults, isImpostor } = incident;
  if (isImpostor) return 'critical';
  if (isDrillOver(incident)) return 'info';
  if (nudge.kind === 'attempt') return faults.length > 0 ? 'critical' : 'low';
  const told = concernedTrails(incident);
  const declared = told.filter(({ origin }) => origin === 'declared');
  const parts = [
    ...told.flatMap(({ found }) => found.map(({ field }): string => FIELDS[field])),
    ...calls
      .filter(({ trail }) => declared.some(({ Name }) => Name === trail?.Name))
      .map(({ tampering }) => tampering.part),
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
