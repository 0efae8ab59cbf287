/** What a value may be: in words, which follow "allowed", and in deed. */
interface Allowed {
  readonly words: string;
  readonly allows: (value: string) => boolean;
}

/** All that is known of a choice, but its name. */
export interface Choice extends Allowed {
  /** What is chosen where nothing is said. It is safe to deploy, as `params` of serverless.yml has it, too. */
  readonly default: string;
  /** The variable of the function's environment that carries it there. Without one, packaging alone goes by it. */
  readonly variable?: string;
  /** What the function goes by where the variable holds what is not allowed, if the default would not be safe then. */
  readonly unreadable?: string;
}

/** One of a few words. */
function oneOf(...values: readonly string[]): Allowed {
  return { words: `are ${values.join(' and ')}`, allows: (value) => values.includes(value) };
}

/** A whole number, written plainly. */
function wholeNumber(most: number): Allowed {
  return {
    words: `are the whole numbers from 1 to ${most}`,
    allows: (value) => /^[1-9]\d*$/.test(value) && Number(value) <= most,
  };
}

/** Nothing, or what fits the pattern. */
function optional(what: string, pattern: RegExp): Allowed {
  return { words: `is ${what}, or none`, allows: (value) => value === '' || pattern.test(value) };
}

/** The ARNs of a comma-separated list. */
export function listed(arns: string): string[] {
  return arns.split(',').filter(Boolean);
}

/** Minutes of the units that EventBridge's rate expressions know. */
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/**
 * Minutes of a rate as EventBridge spells it: 1 of a unit, or more of its plural; NaN when it is none.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function minutesOf(rate: string): number {
  const [, count, unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s)?$/.exec(rate) ?? [];
  if (!count || (count === '1') === (plural === 's')) return NaN;
  return Number(count) * (MINUTES[unit] ?? NaN);
}

const yesOrNo = oneOf('true', 'false');

const PRINCIPALS = /^arn:[a-z-]+:iam::\d{12}:(?:user|role)\/[\w+=.@/-]*\*?$/;

const ONE_PRINCIPAL = /^arn:[a-z-]+:iam::\d{12}:(?:user|role)\/[\w+=.@/-]+$/;

/**
 * The one table of what a deployment chooses, by the names of the deployment parameters. What has a variable is read by the
 * function; all else decides what is in the template and in the package.
 */
export const CHOICES = {
  alertEmail: { default: '', ...optional('one e-mail address', /^[^\s@,;]+@[^\s@,;]+\.[a-z]{2,}$/i) },
  mode: { default: 'enforce', variable: 'MODE', ...oneOf('enforce', 'monitor') },
  guardUndeclared: { default: 'true', variable: 'GUARD_UNDECLARED', ...yesOrNo },
  rebuildUndeclared: {
    default: 'auto',
    variable: 'REBUILD_UNDECLARED',
    ...oneOf('auto', 'true', 'false'),
  },
  sweepRate: {
    default: '5 minutes',
    variable: 'SWEEP_RATE',
    words: 'are 1 minute, 2 minutes to 1440 minutes, 1 hour, 2 hours to 24 hours, and 1 day',
    allows: (rate) => minutesOf(rate) <= 1440,
  },
  emergencySink: { default: 'true', ...yesOrNo },
  sinkRetentionDays: { default: '90', ...wholeNumber(3650) },
  evidenceDays: { default: '365', variable: 'EVIDENCE_DAYS', ...wholeNumber(3650) },
  breakGlassRole: {
    default: '',
    ...optional('the ARN of a role', /^arn:[a-z-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/),
  },
  protectStack: { default: 'false', ...yesOrNo },
  configRules: { default: 'false', ...yesOrNo },
  dashboard: { default: 'true', ...yesOrNo },
  alarmTopic: {
    default: '',
    ...optional('the ARN of a standard topic', /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}$/),
  },
  chat: { default: 'false', ...yesOrNo },
  securityHub: { default: 'false', ...yesOrNo },
  centralBus: {
    default: '',
    ...optional('the ARN of an event bus', /^arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/[\w./-]{1,256}$/),
  },
  cloudTrailLogGroup: {
    default: '',
    ...optional('the name of a log group', /^[\w./#-]{1,512}$/),
  },
  organization: {
    default: 'false',
    variable: 'ORGANIZATION',
    words: 'are true, false, and ids of policies of the organization, separated by commas alone',
    allows: (value) => /^(?:true|false|p-[0-9a-z_]{8,128}(?:,p-[0-9a-z_]{8,128})*)$/.test(value),
  },
  runbook: {
    default: 'docs/runbook',
    variable: 'RUNBOOK',
    words: 'is an https address or a folder, without a slash at the end',
    allows: (value) => /^(?:https:\/\/)?[\w.~%-]+(?:\/[\w.~%-]+)*$/.test(value),
  },
  containment: { default: 'false', ...yesOrNo },
  containAfter: { default: '3', variable: 'CONTAIN_AFTER', ...wholeNumber(100) },
  containWithinMinutes: { default: '10', variable: 'CONTAIN_WITHIN_MINUTES', ...wholeNumber(1440) },
  containExempt: {
    default: '',
    variable: 'CONTAIN_EXEMPT',
    // Where it is not known who is exempted, everybody is.
    unreadable: '*',
    words:
      'are ARNs of IAM users and roles, separated by commas alone, each with a * at its end if need be, 2000 characters at ' +
      'most, or none',
    // The environment of a function has room for 4 KB.
    allows: (value) =>
      value.length <= 2000 && (value === '' || value.split(',').every((arn) => PRINCIPALS.test(arn))),
  },
  windowPrincipals: {
    default: '',
    words: 'are ARNs of IAM users and roles, separated by commas alone, or none',
    allows: (value) => value === '' || value.split(',').every((arn) => ONE_PRINCIPAL.test(arn)),
  },
  windowMfa: { default: 'true', ...yesOrNo },
  localEndpoint: { default: 'false', ...yesOrNo },
} as const satisfies Readonly<Record<string, Choice>>;

/** What is chosen, by the names of the choices. */
export type Choices = Readonly<Record<keyof typeof CHOICES, string>>;

/** Nothing but defaults. */
export const DEFAULTS = Object.fromEntries(
  Object.entries(CHOICES).map(([name, choice]) => [name, choice.default]),
) as Choices;

/** The name of the emergency sink's bucket, which is not chosen, but follows from stage and stack; or none. */
export const SINK_BUCKET: Choice = {
  default: '',
  variable: 'SINK_BUCKET',
  ...optional('the name of a bucket', /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/),
};

/** What is wrong with a value, if anything is: which it is, as its reader knows it, and what is allowed. */
export function faultOf({ allows, words }: Allowed, value: string, name: string): string | undefined {
  return allows(value) ? undefined : `${name} is ${JSON.stringify(value)}: allowed ${words}`;
}
