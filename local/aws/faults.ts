/**
 * What goes wrong with a call: the name of the error to answer, `reset` (the connection breaks and nothing happens) or
 * `lost` (the call is carried out and the connection breaks before the answer).
 */
export type Fault = string;

/** Faults waiting for their calls. */
export interface Faults {
  /** The next `times` calls of `operation` meet `fault`, after those already waiting. */
  readonly fail: (operation: string, fault: Fault, times?: number) => void;
  /** The fault that the next call of `operation` meets, if any; it is used up. */
  readonly take: (operation: string) => Fault | undefined;
}

/** No faults waiting. */
export function faultQueue(): Faults {
  const waiting = new Map<string, Fault[]>();
  return {
    fail: (operation, fault, times = 1) => {
      waiting.set(operation, [...(waiting.get(operation) ?? []), ...Array<Fault>(times).fill(fault)]);
    },
    take: (operation) => waiting.get(operation)?.shift(),
  };
}
