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
import { type Call, isCallOn } from '../record/call.ts';
import { excusableOn, settersOn } from '../windows/stand.ts';
import { approvedOf, asFound, excused, type Excuser } from './excuse.ts';
import type { Healer } from './heal-trails.ts';

/** What healing other resources than trails takes. */
export interface ResourceHealer extends Excuser, Pick<Healer, 'home' | 'deadline' | 'config'> {
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

/** Heals one resource; `call` is what gave reason to look. Rejects where there is no way to its kind. */
export async function healResource(
  healer: ResourceHealer,
  declared: DeclaredResource,
  call?: Call,
): Promise<ResourceOutcome> {
  const { home, clock, deadline, config, ports } = healer;
  const sort = kindOf(declared);
  const port = ports[declared.kind];
  if (!port) throw new Error(`There is no way to resources of the kind ${declared.kind}`);
  const kind = loopKind(sort, home);
  const target = declaredTarget(kind, withinDeclared(port, declared), declared.name, declared);
  const excusing = excused(
    target,
    (observed) =>
      approvedOf(healer, {
        kind: declared.kind,
        name: declared.name,
        drift: excusableOn(declared, target.drift(observed)),
        settersOf: (field) => settersOn(declared, field),
        isOn: (each) => isCallOn(each, declared, home),
        call,
      }),
    (drift) => {
      const rest = { ...declared, fields: asFound(declared.fields, drift) };
      return declaredTarget(kind, withinDeclared(port, rest), declared.name, rest);
    },
  );
  const outcome = await healTarget({ clock, deadline, mode: config.mode }, excusing);
  return slim({ ...outcome, declared, remarks: remarksOn(sort, declared, outcome.last, home) });
}

/** The fields by which calls name a resource. */
function naming({ fields }: DeclaredResource): DeclaredResource['fields'] {
  const { AliasName, EventSourceMapping } = fields;
  return {
    ...(AliasName !== undefined && { AliasName }),
    ...(EventSourceMapping !== undefined && { EventSourceMapping }),
  };
}

/** Of a resource that is whole and was, nothing is handed over but that it is: all that is guarded would not fit into one message. */
function slim(outcome: ResourceOutcome): ResourceOutcome {
  const { declared, first, last, found, attempts, remaining, approved } = outcome;
  if (approved || found.length + attempts.length + remaining.length > 0) return outcome;
  return {
    ...outcome,
    declared: { ...declared, fields: naming(declared) },
    first: { ...first, state: {} },
    last: { ...last, state: {} },
  };
}
