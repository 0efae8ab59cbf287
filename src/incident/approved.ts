import type { ChangeWindow } from '../kinds/change-window.ts';
import { isSilencing } from '../record/call.ts';
import { isOf, isWithin } from '../windows/window.ts';
import { isWhole, type Incident } from './incident.ts';
import { concernedResources, isResourceWhole } from './resources.ts';
import { concernedTrails } from './verdict.ts';

/** The change window within which all of an incident was done: nothing had to be put back, and nobody else had a hand in it. */
export function approvedBy(incident: Incident): ChangeWindow | undefined {
  const { calls, faults, isImpostor } = incident;
  const [trails, resources] = [concernedTrails(incident), concernedResources(incident)];
  const told = [...trails, ...resources];
  const window = told[0]?.approved?.window;
  if (!window || isImpostor || faults.length > 0 || calls.length === 0) return undefined;
  const isWell = trails.every(isWhole) && resources.every(isResourceWhole);
  const isAll = told.every(
    ({ approved, attempts }) => approved?.window.id === window.id && attempts.length === 0,
  );
  const isTheirs = calls.every(
    (call) =>
      isOf(window, call.actor) &&
      !isSilencing(call) &&
      call.time !== undefined &&
      isWithin(window, Date.parse(call.time)),
  );
  return isWell && isAll && isTheirs ? window : undefined;
}
