import type { Baseline } from '../baseline/baseline.ts';
import type { Home } from '../kinds/home.ts';

/** What a deployment chooses. Every value has a default that is safe to deploy. */
export interface Config {
  /** `enforce` repairs and alerts; `monitor` plans and alerts, and writes nothing. */
  readonly mode: 'enforce' | 'monitor';
  /** Whether a stopped trail that the baseline does not declare is started too, and changes to it are told. */
  readonly guardUndeclared: boolean;
  /** Whether a deleted trail that the baseline does not declare is rebuilt from the Event history, where guarded. */
  readonly rebuildUndeclared: boolean;
  /** Minutes from one sweep to the next. */
  readonly sweepMinutes: number;
  /** Where a trail delivers to while its own bucket is gone or closed to it. */
  readonly sinkBucket?: string;
  /** Where the runbook's pages are, one for each severity: a folder or an address, without a slash at the end. */
  readonly runbook: string;
  /** When an IAM user or role that tampers again and again is contained; absent where none ever is. */
  readonly containment?: {
    /** So many tamperings, */
    readonly after: number;
    /** in so many minutes. */
    readonly withinMinutes: number;
    /** ARNs of those that never are; a `*` at the end stands for any text. */
    readonly exempt: readonly string[];
  };
}

/** Faults of a configuration, one a line: which value, what is wrong with it, and what is allowed. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** What a value may be: in words, which follow "allowed", and in deed. */
export interface Allowed {
  readonly words: string;
  readonly allows: (value: string) => boolean;
}

/** One of a few words. */
export function oneOf(...values: readonly string[]): Allowed {
  return { words: `are ${values.join(' and ')}`, allows: (value) => values.includes(value) };
}

/** A whole number, written plainly. */
export function wholeNumber(most: number): Allowed {
  return {
    words: `are the whole numbers from 1 to ${most}`,
    allows: (value) => /^[1-9]\d*$/.test(value) && Number(value) <= most,
  };
}

/** What a deployment chooses one by one. */
type ChoiceName = keyof Config | 'containAfter' | 'containWithinMinutes' | 'containExempt';

/** A choice as deployment parameters and the environment carry it. */
export type Choices = Readonly<Partial<Record<ChoiceName, string>>>;

const PRINCIPALS = /^arn:[a-z-]+:iam::\d{12}:(?:user|role)\/[\w+=.@/-]*\*?$/;

/** The ARNs of a comma-separated list. */
export function listed(arns: string): string[] {
  return arns.split(',').filter(Boolean);
}

/** What each choice allows, in the parameters and in the environment. */
export const ALLOWED: Readonly<Record<ChoiceName, Allowed>> = {
  mode: oneOf('enforce', 'monitor'),
  guardUndeclared: oneOf('true', 'false'),
  rebuildUndeclared: oneOf('true', 'false'),
  sweepMinutes: wholeNumber(1440),
  sinkBucket: {
    words: 'is the name of a bucket, or none',
    allows: (value) => value === '' || /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/.test(value),
  },
  runbook: {
    words: 'is an https address or a folder, without a slash at the end',
    allows: (value) => /^(?:https:\/\/)?[\w.~%-]+(?:\/[\w.~%-]+)*$/.test(value),
  },
  containment: oneOf('true', 'false'),
  containAfter: wholeNumber(100),
  containWithinMinutes: wholeNumber(1440),
  containExempt: {
    words:
      'are ARNs of IAM users and roles, separated by commas alone, each with a * at its end if need be, 2000 characters at ' +
      'most, or none',
    // The environment of a function has room for 4 KB.
    allows: (value) =>
      value.length <= 2000 && (value === '' || value.split(',').every((arn) => PRINCIPALS.test(arn))),
  },
};

/** Says of every value that is not allowed which it is and what is; `where` names a value as its reader knows it. */
export function faultsIn<Name extends string>(
  allowed: Readonly<Record<Name, Allowed>>,
  values: Readonly<Record<Name, string>>,
  where?: Readonly<Partial<Record<Name, string>>>,
): string[] {
  return (Object.keys(values) as Name[])
    .filter((name) => !allowed[name].allows(values[name]))
    .map(
      (name) => `${where?.[name] ?? name} is ${JSON.stringify(values[name])}: allowed ${allowed[name].words}`,
    );
}

/**
 * Reads the choices; one that was not made takes its default. `where` names a choice as its reader knows it.
 * Throws a {@link ConfigError} that names every fault.
 */
export function readConfig(choices: Choices, where?: Readonly<Partial<Record<ChoiceName, string>>>): Config {
  const {
    mode = 'enforce',
    guardUndeclared = 'true',
    rebuildUndeclared = 'true',
    sweepMinutes = '5',
    sinkBucket = '',
    runbook = 'docs/runbook',
    containment = 'false',
    containAfter = '3',
    containWithinMinutes = '10',
    containExempt = '',
  } = choices;
  const values = {
    ...{ mode, guardUndeclared, rebuildUndeclared, sweepMinutes, sinkBucket, runbook },
    ...{ containment, containAfter, containWithinMinutes, containExempt },
  };
  const faults = faultsIn(ALLOWED, values, where);
  if (faults.length > 0) throw new ConfigError(faults.join('\n'));
  return {
    mode: mode === 'monitor' ? 'monitor' : 'enforce',
    guardUndeclared: guardUndeclared === 'true',
    rebuildUndeclared: rebuildUndeclared === 'true',
    sweepMinutes: Number(sweepMinutes),
    ...(sinkBucket && { sinkBucket }),
    runbook,
    ...(containment === 'true' &&
      mode === 'enforce' && {
        containment: {
          after: Number(containAfter),
          withinMinutes: Number(containWithinMinutes),
          exempt: listed(containExempt),
        },
      }),
  };
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

/** The variables of the function's environment that carry the choices. */
const VARIABLES: Readonly<Record<ChoiceName, string>> = {
  mode: 'MODE',
  guardUndeclared: 'GUARD_UNDECLARED',
  rebuildUndeclared: 'REBUILD_UNDECLARED',
  sweepMinutes: 'SWEEP_MINUTES',
  sinkBucket: 'SINK_BUCKET',
  runbook: 'RUNBOOK',
  containment: 'CONTAINMENT',
  containAfter: 'CONTAIN_AFTER',
  containWithinMinutes: 'CONTAIN_WITHIN_MINUTES',
  containExempt: 'CONTAIN_EXEMPT',
};

type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable is a choice that was not made. */
function choicesIn(environment: Environment): Choices {
  return Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([choice, variable]) => {
      const value = environment[variable];
      return value ? [[choice, value]] : [];
    }),
  );
}

const IN_ENVIRONMENT = Object.fromEntries(
  Object.entries(VARIABLES).map(([choice, variable]) => [choice, `${variable} in the environment`]),
);

/** Starts stopped trails and does nothing else: nothing that is not known is created, or delivered elsewhere. */
const HARMLESS: Config = {
  mode: 'enforce',
  guardUndeclared: true,
  rebuildUndeclared: false,
  sweepMinutes: 5,
  runbook: 'docs/runbook',
};

/**
 * The configuration that is deployed, or, where it cannot be used, the one that does least harm: no trail is declared,
 * and every stopped one is started. Never throws: a fault must not keep a trail from being started.
 */
export function settle(environment: Environment, baseline: Baseline | null, home: Home): Settlement {
  const none = { Account: home.account, Region: home.region, Trails: [] };
  try {
    if (baseline) checkHome(baseline, home);
    const config = readConfig(choicesIn(environment), IN_ENVIRONMENT);
    return { baseline: baseline ?? none, config, faults: [] };
  } catch (fault) {
    const faults = [fault instanceof Error ? fault : new ConfigError(String(fault))];
    return { baseline: none, config: HARMLESS, faults };
  }
}
