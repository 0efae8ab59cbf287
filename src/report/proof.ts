import { oneLine } from '../foreign/printable.ts';
import type { Proof } from '../incident/delivery.ts';
import type { Report } from './schema.ts';

type Told = NonNullable<Report['delivery']>[number];

const instant = (ms: number): string => new Date(ms).toISOString();

/** All that is told of one way of a trail. */
export function toldProof({ trail, way, isProven, latest, fault }: Proof): Told {
  return {
    trail,
    what: way,
    isProven,
    ...(latest !== undefined && { latest: instant(latest) }),
    ...(fault !== undefined && { fault: oneLine(fault) }),
  };
}

/** Whether a trail delivers again, in a line. */
export function proofLine({ trail, way, isProven, latest, fault }: Proof): string {
  const last =
    latest === undefined ? 'CloudTrail does not say when the last arrived' : `the last at ${instant(latest)}`;
  if (isProven) return `Delivery of ${trail} is PROVEN again: ${way}, ${last}.`;
  return `Delivery of ${trail} is NOT PROVEN yet: ${fault === undefined ? `${way}, ${last}` : oneLine(fault)}. Another message says when it is.`;
}
