import type { Verdict } from '../incident/verdict.ts';

/** How each verdict is told, after what happened. */
export const ENDINGS: Readonly<Record<Verdict, string>> = {
  restored: 'restored',
  whole: 'whole already',
  broken: 'NOT restored',
  planned: 'not repaired (monitor mode)',
  refused: 'refused',
  'out-of-reach': 'cannot be restored',
  ailing: 'cannot deliver',
  unseen: 'to be looked at',
};
