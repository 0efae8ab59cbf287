import type { ChangeWindow } from './change-window.ts';

/** What one reading of a resource says at least. */
export interface Observed {
  /** The parts that could not be read, and why: nothing is known of them. */
  readonly unread: Readonly<Record<string, string | undefined>>;
}

/** The types of one kind: what is declared of it, what a reading shows, what repairs it, and its fields. */
export interface Shape {
  Declared: unknown;
  Observed: Observed;
  Repair: { readonly kind: string };
  Field: string;
}

/** One field in which what lives is not as declared; an undefined side is an absence. */
export interface Drift<Field extends string = string> {
  readonly field: Field;
  readonly declared: unknown;
  readonly found: unknown;
}

/** AWS's answer to a repair that it did not make; `name` is its own name for the error. */
export interface Refusal extends Error {
  /** What the event of the refused call carries as its requestID. */
  readonly requestId?: string | undefined;
}

/** AWS's answer to a repair that it made. */
export interface Answer {
  /** What the event of the call carries as its requestID: AWS gives it, and nobody can choose it. */
  readonly requestId?: string | undefined;
}

/**
 * How one sort of resource is judged and repaired: all of it pure, so that a plan can be printed. A kind is a folder; what it
 * declares is in its schema, the calls that tamper with it in its tamperings.
 */
export interface Kind<S extends Shape> {
  /** Every field in which what lives differs from its declaration, absences included. */
  drift(declared: S['Declared'], observed: S['Observed']): Drift<S['Field']>[];
  /** The repairs that make it equal its declaration, in the order to make them. */
  plan(declared: S['Declared'], observed: S['Observed']): S['Repair'][];
  /** What to do once, before the plan, about a resource that is as declared and does not work all the same. */
  probe(declared: S['Declared'], observed: S['Observed']): S['Repair'][];
  /** The resource as it stands once a repair has succeeded, so that a plan can be made from an earlier reading. */
  after(repair: S['Repair'], observed: S['Observed']): S['Observed'];
  /**
   * What to ask for next, once AWS has answered a repair: less of it where it was refused, more of it where less of it was made. None
   * where there is nothing else to try. `observed` is the resource as it stands by then, where it has been read.
   */
  next(repair: S['Repair'], refusal: Refusal | undefined, observed: S['Observed'] | undefined): S['Repair'][];
  /** Whether an error may have passed by the next try. */
  isTransient(error: Error): boolean;
  /** Whether AWS has too much to do: then it is asked again at its own pace, for as long as there is time. */
  isBusy(error: Error): boolean;
  /** Whether nothing else can be repaired where this repair is refused. */
  isFoundation(repair: S['Repair']): boolean;
  /** Whether what was read harms so much that it is tried for longer before people are told. */
  isUrgent(observed: S['Observed']): boolean;
}

/** The way to the resources of one kind. */
export interface Port<S extends Shape> {
  /** Reads every part of one resource, all at once. It never rejects: a part that cannot be read is named in the answer. */
  observe(name: string): Promise<S['Observed']>;
  /** Makes one repair. Safe to repeat. Rejects with a {@link Refusal}. */
  repair(repair: S['Repair']): Promise<Answer>;
}

/** What is not as declared, and stands all the same for as long as a change window is open. */
export interface Approved<Field extends string = string> {
  readonly window: ChangeWindow;
  readonly drift: readonly Drift<Field>[];
}

/** Whose word it is that a resource should be so: the baseline's, the Event history's, or nobody's; or it is at home elsewhere. */
export type Origin = 'declared' | 'reconstructed' | 'undeclared' | 'distant';

/** One resource to look after: how it is read, judged and repaired. */
export interface Target<S extends Shape> {
  readonly name: string;
  readonly origin: Origin;
  /** What of it a change window lets stand: the rest is what this target is about. */
  readonly approved?: Approved<S['Field']>;
  readonly kind: Pick<Kind<S>, 'after' | 'next' | 'isTransient' | 'isBusy' | 'isFoundation' | 'isUrgent'>;
  drift(observed: S['Observed']): Drift<S['Field']>[];
  plan(observed: S['Observed']): S['Repair'][];
  probe(observed: S['Observed']): S['Repair'][];
  observe(): Promise<S['Observed']>;
  repair(repair: S['Repair']): Promise<Answer>;
  /** Asked once, with the first reading: the same target but for what may stand. It never rejects. */
  readonly excuse?: (observed: S['Observed']) => Promise<Target<S>>;
}

/** A resource of the baseline: every field of it is judged. */
export function declaredTarget<S extends Shape>(
  kind: Kind<S>,
  port: Port<S>,
  name: string,
  declared: S['Declared'],
): Target<S> {
  return {
    name,
    origin: 'declared',
    kind,
    drift: (observed) => kind.drift(declared, observed),
    plan: (observed) => kind.plan(declared, observed),
    probe: (observed) => kind.probe(declared, observed),
    observe: () => port.observe(name),
    repair: (repair) => port.repair(repair),
  };
}

/** One repair that was tried; without an error it succeeded. */
export interface Attempt<S extends Shape> extends Answer {
  readonly repair: S['Repair'];
  readonly error?: Refusal;
}

/** What one pass found on one resource, did about it, and left. */
export interface Outcome<S extends Shape> {
  readonly origin: Origin;
  readonly found: readonly Drift<S['Field']>[];
  /** Monitor mode only: what would have been done. */
  readonly planned: readonly S['Repair'][];
  readonly attempts: readonly Attempt<S>[];
  /** The first reading, taken beside the first move. */
  readonly first: S['Observed'];
  /** The last reading, taken after the last repair, and what still differs in it. */
  readonly last: S['Observed'];
  readonly remaining: readonly Drift<S['Field']>[];
  /** What a change window lets stand: it is among neither of these. */
  readonly approved?: Approved<S['Field']>;
  /** When the last reading was complete, in ms since the epoch. */
  readonly verifiedAt: number;
}
