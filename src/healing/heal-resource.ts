import { declaredTarget, type Port } from '../kinds/kind.ts';
import { kindOf } from '../kinds/kinds.ts';
import {
  type DeclaredResource,
  loopKind,
  remarksOn,
  type ResourceOutcome,
  type ResourceShape,
} from '../kinds/resource.ts';
import { healTarget } from '../loop/heal-target.ts';
import type { Healer } from './heal-trails.ts';

/** What healing other resources than trails takes. */
export interface ResourceHealer extends Pick<Healer, 'home' | 'clock' | 'deadline' | 'config'> {
  /** The way to the resources of each kind. */
  readonly ports: Readonly<Record<string, Port<ResourceShape>>>;
}

/** What is not declared need not be read, and is not missed where it cannot be. */
function withinDeclared(port: Port<ResourceShape>, { fields }: DeclaredResource): Port<ResourceShape> {
  return {
    repair: (repair) => port.repair(repair),
    observe: async (name) => {
      const observed = await port.observe(name);
      const unread = Object.entries(observed.unread).filter(([field]) => Object.hasOwn(fields, field));
      return { ...observed, unread: Object.fromEntries(unread) };
    },
  };
}

/** Heals one resource. Rejects where there is no way to its kind. */
export async function healResource(
  healer: ResourceHealer,
  declared: DeclaredResource,
): Promise<ResourceOutcome> {
  const { home, clock, deadline, config, ports } = healer;
  const sort = kindOf(declared);
  const port = ports[declared.kind];
  if (!port) throw new Error(`There is no way to resources of the kind ${declared.kind}`);
  const target = declaredTarget(
    loopKind(sort, home),
    withinDeclared(port, declared),
    declared.name,
    declared,
  );
  const outcome = await healTarget({ clock, deadline, mode: config.mode }, target);
  return slim({ ...outcome, declared, remarks: remarksOn(sort, declared, outcome.last, home) });
}

/** Of a resource that is whole and was, nothing is handed over but that it is: all that is guarded would not fit into one message. */
function slim(outcome: ResourceOutcome): ResourceOutcome {
  const { declared, first, last, found, attempts, remaining } = outcome;
  const { AliasName } = declared.fields;
  if (found.length + attempts.length + remaining.length > 0) return outcome;
  return {
    ...outcome,
    declared: { ...declared, fields: { ...(AliasName !== undefined && { AliasName }) } },
    first: { ...first, state: {} },
    last: { ...last, state: {} },
  };
}
