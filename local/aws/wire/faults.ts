/**
 * What goes wrong with a call. A name of an error is answered. `reset`: the connection breaks, and nothing happens;
 * `lost`: the call is carried out, and the connection breaks before the answer; `hung`: nothing happens, and no answer
 * comes for longer than anyone waits; `killed` and `killed-after`: the caller's container dies before the call is
 * carried out, or after.
 */
export type Fault = string;

/** The fault of whichever operation a call turns out to be of: services have names of their own. Undefined: none. */
export type FaultOf = (operation: string) => Fault | undefined;

/** Faults waiting for their calls. */
export interface Faults {
  /** The next `times` calls of `operation` meet `fault`, after those already waiting. */
  readonly fail: (operation: string, fault: Fault, times?: number) => void;
  /**
   * The nth call from now that a function makes meets a fault; where it is lasting, so do all later calls of that
   * operation by a function. What is returned ends it.
   */
  readonly failNth: (nth: number, faultOf: FaultOf, isLasting?: boolean) => () => void;
  /** The fault that the next call of `operation` meets, if any; it is used up. */
  readonly take: (operation: string, byFunction: boolean) => Fault | undefined;
}

interface Numbered {
  readonly number: number;
  readonly faultOf: FaultOf;
  readonly isLasting: boolean;
  /** The operation that it has met and stays with. */
  operation?: string;
}

/** No faults waiting. */
export function faultQueue(): Faults {
  const waiting = new Map<string, Fault[]>();
  const numbered = new Set<Numbered>();
  let made = 0;
  const meet = (operation: string): Fault | undefined => {
    const number = made++;
    const met = [...numbered].find((each) => each.number === number || each.operation === operation);
    if (met?.isLasting) met.operation = operation;
    return met?.faultOf(operation);
  };
  return {
    fail: (operation, fault, times = 1) => {
      waiting.set(operation, [...(waiting.get(operation) ?? []), ...Array<Fault>(times).fill(fault)]);
    },
    failNth: (nth, faultOf, isLasting = false) => {
      const planned: Numbered = { number: made + nth, faultOf, isLasting };
      numbered.add(planned);
      return () => void numbered.delete(planned);
    },
    take: (operation, byFunction) =>
      (byFunction ? meet(operation) : undefined) ?? waiting.get(operation)?.shift(),
  };
}
