import { createTrail, startLogging } from './plan.ts';
import type { Repair } from './repair.ts';
import type { Trail } from './schema.ts';

/**
 * What a call asks for before anything is read, and raises no event that the rules match: a stopped trail is started, a deleted
 * one created and started. None where there is nothing of the kind to do.
 */
export function firstMove(
  eventName: string,
  name: string,
  declared: Trail | undefined,
  guardUndeclared: boolean,
): Repair[] {
  if (eventName === 'StopLogging' && (declared?.IsLogging ?? guardUndeclared)) return [startLogging(name)];
  if (eventName === 'DeleteTrail' && declared)
    return [createTrail(declared), ...(declared.IsLogging ? [startLogging(name)] : [])];
  return [];
}
