/**
 * What goes wrong with a call. A name of an error is answered. `reset`: the connection breaks, and nothing happens;
 * `lost`: the call is carried out, and the connection breaks before the answer; `hung`: nothing happens, and no answer
 * comes for longer than anyone waits; `killed` and `killed-after`: the caller's container dies before the call is
 * carried out, or after.
 */
export type Fault = string;

/** Faults waiting for their calls. */
export interface Faults {
  /** The next `times` calls of `operation` meet `fault`, after those already waiting. */
  readonly fail: (operation: string, fault: Fault, times?: number) => void;
  /** The nth call from now that a function makes meets `fault`. */
  readonly failNth: (nth: number, fault: Fault) => void;
  /** The fault that the next call of `operation` meets, if any; it is used up. */
  readonly take: (operation: string, byFunction: boolean) => Fault | undefined;
}

/** No faults waiting. */
export function faultQueue(): Faults {
  const waiting = new Map<string, Fault[]>();
  const numbered = new Map<number, Fault>();
  let made = 0;
  return {
    fail: (operation, fault, times = 1) => {
      waiting.set(operation, [...(waiting.get(operation) ?? []), ...Array<Fault>(times).fill(fault)]);
    },
    failNth: (nth, fault) => {
      numbered.set(made + nth, fault);
    },
    take: (operation, byFunction) => {
      const nth = byFunction ? numbered.get(made++) : undefined;
      return nth ?? waiting.get(operation)?.shift();
    },
  };
}
