import type { Baseline } from '../baseline/baseline.ts';
import { deliveryPath } from '../baseline/delivery-path.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
import type { Home } from '../kinds/home.ts';
import { type Choice, CHOICES, type Choices, DEFAULTS, faultOf, listed, SINK_BUCKET } from './choices.ts';
import { organizationWith } from '../kinds/organization/organization.ts';
import { type Config, ConfigError, configOf } from './config.ts';

/** The variables of the function, by their names. */
type Environment = Readonly<Record<string, string | undefined>>;

/** What the guard goes by, and what is wrong with it. */
export interface Settlement {
  readonly baseline: Baseline;
  /** What is guarded beside the trails. */
  readonly guarded: readonly DeclaredResource[];
  readonly config: Config;
  readonly faults: readonly Error[];
}

/**
 * Where the function runs, by its own ARN. A local invocation has none: then the baseline says it, for want of better.
 * Throws a {@link ConfigError} when neither does.
 */
export function homeOf(functionArn: string | undefined, baseline: Baseline | null): Home {
  // Stryker disable next-line ArrayDeclaration: the first element is passed over
  const [, partition, , region, account] = functionArn?.split(':') ?? [];
  if (partition && region && account) return { partition, region, account };
  if (baseline) return { partition: 'aws', region: baseline.Region, account: baseline.Account };
  throw new ConfigError(
    'The account is unknown: the context has no invokedFunctionArn, and the stage has no baseline',
  );
}

/** What a variable says, or what is gone by instead and why. An empty variable is a choice that was not made. */
function read(environment: Environment, choice: Choice, variable: string): { value: string; fault?: string } {
  const given = environment[variable];
  if (!given) return { value: choice.default };
  const fault = faultOf(choice, given, `${variable} in the environment`);
  if (fault === undefined) return { value: given };
  const value = choice.unreadable ?? choice.default;
  return { value, fault: `${fault}; taken for ${JSON.stringify(value)}` };
}

function homeFault(baseline: Baseline, { account, region }: Home): string | undefined {
  if (baseline.Account === account && baseline.Region === region) return undefined;
  return (
    `The baseline is for account ${baseline.Account}, ${baseline.Region}, but the function runs in account ${account}, ` +
    `${region}: deploy the stage whose baseline was captured here`
  );
}

/** The organisation, where it was chosen to tell of it. */
export function overThis({ organization }: Choices): DeclaredResource[] {
  if (organization === 'false') return [];
  return [organizationWith(organization === 'true' ? [] : listed(organization))];
}

/**
 * The configuration that is deployed. Each value is judged alone: one that is not allowed gives way to a safe one, and is a
 * fault that is told. Only a baseline of another account or Region cannot be gone by: then no trail is declared, and
 * stopped ones are started, but nothing is created, and nothing delivered elsewhere. Never throws: a fault must not keep a
 * trail from being started.
 */
export function settle(
  environment: Environment,
  baseline: Baseline | null,
  home: Home,
  own: readonly DeclaredResource[] = [],
): Settlement {
  const said = Object.entries<Choice>(CHOICES).flatMap(([name, choice]) =>
    choice.variable ? [{ name, ...read(environment, choice, choice.variable) }] : [],
  );
  const sink = read(environment, SINK_BUCKET, 'SINK_BUCKET');
  const elsewhere = baseline && homeFault(baseline, home);
  const chosen: Choices = {
    ...DEFAULTS,
    ...Object.fromEntries(said.map(({ name, value }) => [name, value])),
    ...(elsewhere && { rebuildUndeclared: 'false' }),
  };
  const faults = [elsewhere ?? [], ...[...said, sink].map(({ fault }) => fault ?? [])].flat();
  const usable =
    baseline && !elsewhere ? baseline : { Account: home.account, Region: home.region, Trails: [] };
  return {
    baseline: usable,
    guarded: [...deliveryPath(usable), ...overThis(chosen), ...own],
    config: configOf(chosen, elsewhere ? '' : sink.value, baseline),
    faults: faults.map((fault) => new ConfigError(fault)),
  };
}

/** ARNs of the guard's own roles, as the deployment says; none where it says nothing. */
export function rolesIn({ GUARD_ROLES = '' }: Environment): string[] {
  return GUARD_ROLES.split(',').filter(Boolean);
}
