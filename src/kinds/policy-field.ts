import type { Home } from './home.ts';
import { describeStatement, type Policy } from './policy.ts';
import { isAsGoodPolicy, merge, onlyExposes, textsOf } from './policy-merge.ts';
import { type DeclaredResource, type FieldRule, type Harm, inTurn, type ResourceRepair } from './resource.ts';

/** A field that is a policy of its resource. */
export interface PolicyField {
  readonly field: string;
  /** Where statements are missing, or somebody is kept out. */
  readonly harm: Harm;
  /** What strangers may be let do without harm to the logs but that they see them: everything but these actions. */
  readonly changing: readonly string[];
  /** The service takes so many bytes. */
  readonly most: number;
  /** The request that writes it. */
  readonly write: (resource: DeclaredResource, text: string, home: Home) => ResourceRepair;
  /** Whether it may be written at all. */
  readonly isSound?: (policy: Policy, resource: DeclaredResource, home: Home) => boolean;
}

/** Policies are judged by what they mean, and put back without taking away what others added for a purpose of their own. */
export function policyField({
  field,
  harm,
  changing,
  most,
  write,
  isSound = () => true,
}: PolicyField): FieldRule {
  const merged = (declared: unknown, found: unknown, { exact = false }: DeclaredResource, home: Home) =>
    merge(declared, found, exact, home);
  return {
    harm,
    grade: (declared, found, home) => (onlyExposes(declared, found, changing, home) ? 'exposed' : harm),
    isAsGood: (declared, found, { exact = false }, home) => isAsGoodPolicy(declared, found, exact, home),
    repair: (resource, { state }, home) =>
      inTurn(
        textsOf(merged(resource.fields[field], state[field], resource, home), most, (policy) =>
          isSound(policy, resource, home),
        ).map((text) => write(resource, text, home)),
      ),
    remarks: (declared, found, resource, home) =>
      merged(declared, found, resource, home).kept.map(
        (statement) => `its policy also says: ${describeStatement(statement)}`,
      ),
  };
}
