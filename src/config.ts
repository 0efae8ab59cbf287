import type { Baseline } from './baseline.ts';
import type { Home } from './trail.ts';

/** What a deployment chooses. Every value has a default that is safe to deploy. */
export interface Config {
  /** `enforce` repairs and alerts; `monitor` plans and alerts, and writes nothing. */
  readonly mode: 'enforce' | 'monitor';
  /** Whether a stopped trail that the baseline does not declare is started too, and changes to it are told. */
  readonly guardUndeclared: boolean;
}

/** Faults of a configuration, one a line: which value, what is wrong with it, and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The values that each choice allows, the default first. */
const CHOICES = { mode: ['enforce', 'monitor'], guardUndeclared: ['true', 'false'] } as const;

/** A choice as deployment parameters and the environment carry it. */
export type Choices = Readonly<Partial<Record<keyof typeof CHOICES, string>>>;

/**
 * Reads the choices; one that was not made takes its default. `where` names a choice as its reader knows it.
 * Throws a {@link ConfigError} that names every fault.
 */
export function readConfig(
  choices: Choices,
  where: Readonly<Record<keyof typeof CHOICES, string>> = {
    mode: 'mode',
    guardUndeclared: 'guardUndeclared',
  },
): Config {
  const { mode = 'enforce', guardUndeclared = 'true' } = choices;
  const faults = Object.entries({ mode, guardUndeclared }).flatMap(([choice, value]) => {
    const allowed: readonly string[] = CHOICES[choice as keyof typeof CHOICES];
    return allowed.includes(value)
      ? []
      : [
          `${where[choice as keyof typeof CHOICES]} is ${JSON.stringify(value)}: allowed are ${allowed.join(' and ')}`,
        ];
  });
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return { mode: mode === 'monitor' ? 'monitor' : 'enforce', guardUndeclared: guardUndeclared === 'true' };
}

/**
 * Where the function runs, by its own ARN. A local invocation has none: then the baseline says it, for want of better.
 * Throws a {@link ConfigError} when neither does.
 */
export function homeOf(functionArn: string | undefined, baseline: Baseline | null): Home {
  const [, partition, , region, account] = functionArn?.split(':') ?? [];
  if (partition && region && account) return { partition, region, account };
  if (baseline) return { partition: 'aws', region: baseline.Region, account: baseline.Account };
  throw new ConfigError(
    'The account is unknown: the context has no invokedFunctionArn, and the stage has no baseline',
  );
}

/** What the guard goes by, and what is wrong with it. */
export interface Settlement {
  readonly baseline: Baseline;
  readonly config: Config;
  readonly faults: readonly Error[];
}

function checkHome(baseline: Baseline, { account, region }: Home): void {
  if (baseline.Account === account && baseline.Region === region) return;
  throw new ConfigError(
    `The baseline is for account ${baseline.Account}, ${baseline.Region}, but the function runs in account ${account}, ` +
      `${region}: deploy the stage whose baseline was captured here`,
  );
}

/**
 * The configuration that is deployed, or, where it cannot be used, the one that does least harm: no trail is declared,
 * and every stopped one is started. Never throws: a fault must not keep a trail from being started.
 */
export function settle(
  environment: Readonly<Record<string, string | undefined>>,
  baseline: Baseline | null,
  home: Home,
): Settlement {
  const none = { Account: home.account, Region: home.region, Trails: [] };
  const { MODE, GUARD_UNDECLARED } = environment;
  const names = { mode: 'MODE in the environment', guardUndeclared: 'GUARD_UNDECLARED in the environment' };
  try {
    if (baseline) checkHome(baseline, home);
    const config = readConfig(
      { ...(MODE && { mode: MODE }), ...(GUARD_UNDECLARED && { guardUndeclared: GUARD_UNDECLARED }) },
      names,
    );
    return { baseline: baseline ?? none, config, faults: [] };
  } catch (fault) {
    const faults = [fault instanceof Error ? fault : new ConfigError(String(fault))];
    return { baseline: none, config: { mode: 'enforce', guardUndeclared: true }, faults };
  }
}
