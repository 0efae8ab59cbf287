import type { KindName } from '../kinds/kinds.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
import type { Trail } from '../kinds/trail/schema.ts';
import type { Baseline, Declaration, DeliveryPath } from './baseline.ts';

/** The last part of an ARN, or what is none as it is. */
const bare = (name: string | undefined): string | undefined =>
  name?.replace(/:\*$/, '').replace(/^.*[:/]/, '');

/** The kind of what a list declares, and how a trail names it. */
interface Listed {
  readonly list: Exclude<keyof DeliveryPath, 'NotWatched'>;
  readonly kind: KindName;
  readonly named: (trail: Trail) => string | undefined;
}

const LISTS: readonly Listed[] = [{ list: 'Keys', kind: 'key', named: ({ KmsKeyId }) => KmsKeyId }];

function deliversThrough(named: string | undefined, { Name, AliasName }: Declaration): boolean {
  if (named === undefined) return false;
  return bare(named) === bare(Name) || (typeof AliasName === 'string' && named.endsWith(AliasName));
}

/** What the declared trails deliver through, as resources to guard. */
export function deliveryPath({ Trails, DeliveryPath = {} }: Baseline): DeclaredResource[] {
  return LISTS.flatMap(({ list, kind, named }) =>
    (DeliveryPath[list] ?? []).map((declaration) => {
      const { Name, watch, exact, ...fields } = declaration;
      return {
        kind,
        name: Name,
        purpose: 'delivery',
        watch,
        ...(exact !== undefined && { exact }),
        trails: Trails.filter((trail) => deliversThrough(named(trail), declaration)).map(
          (trail) => trail.Name,
        ),
        fields: Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)),
      };
    }),
  );
}
