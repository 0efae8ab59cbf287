import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Baseline } from '../baseline/baseline.ts';
import { BaselineError, parseBaseline } from '../baseline/read.ts';
import { dashboard } from './dashboard.ts';
import {
  ALLOWED,
  type Allowed,
  ConfigError,
  faultsIn,
  listed,
  oneOf,
  wholeNumber,
} from '../config/config.ts';

/** What the framework hands to a file that serverless.yml takes values from. */
interface Serverless {
  readonly resolveVariable: (variable: string) => Promise<unknown>;
}

/** Minutes of the units that CloudFormation's rate expressions know. */
const MINUTES: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/**
 * Minutes of a rate as EventBridge spells it: 1 of a unit, or more of its plural; undefined when it is none.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
function minutesOf(rate: string): number | undefined {
  const [, count, unit = '', plural] = /^([1-9]\d*) (minute|hour|day)(s)?$/.exec(rate) ?? [];
  if (!count || (count === '1') === (plural === 's')) return undefined;
  return Number(count) * (MINUTES[unit] ?? NaN);
}

/** The deployment parameters, and what each may be. */
const PARAMETERS = {
  alertEmail: {
    words: 'is one e-mail address, or none',
    allows: (email) => email === '' || z.email().safeParse(email).success,
  },
  mode: ALLOWED.mode,
  guardUndeclared: ALLOWED.guardUndeclared,
  rebuildUndeclared: ALLOWED.rebuildUndeclared,
  sweepRate: {
    words: 'are 1 minute, 2 minutes to 1440 minutes, 1 hour, 2 hours to 24 hours, and 1 day',
    allows: (rate) => (minutesOf(rate) ?? Infinity) <= 1440,
  },
  emergencySink: oneOf('true', 'false'),
  sinkRetentionDays: wholeNumber(3650),
  configRules: oneOf('true', 'false'),
  dashboard: oneOf('true', 'false'),
  alarmTopic: {
    words: 'is the ARN of a standard topic, or none',
    allows: (arn) => arn === '' || /^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]{1,256}$/.test(arn),
  },
  chat: oneOf('true', 'false'),
  securityHub: oneOf('true', 'false'),
  centralBus: {
    words: 'is the ARN of an event bus, or none',
    allows: (arn) => arn === '' || /^arn:[\w-]+:events:[\w-]+:\d{12}:event-bus\/[\w./-]{1,256}$/.test(arn),
  },
  runbook: ALLOWED.runbook,
  containment: ALLOWED.containment,
  containAfter: ALLOWED.containAfter,
  containWithinMinutes: ALLOWED.containWithinMinutes,
  containExempt: ALLOWED.containExempt,
} satisfies Readonly<Record<string, Allowed>>;

type Parameters = Readonly<Record<keyof typeof PARAMETERS, string>>;

/** The values that serverless.yml takes from the stage's baseline and the deployment parameters. */
interface Packaged extends Parameters {
  readonly sweepMinutes: string;
  readonly heartbeat: Heartbeat;
  /** The bucket's name; empty where there is none. */
  readonly sinkBucket: string;
  /** The topic's name; empty where there is none. */
  readonly chatTopic: string;
  /** A JavaScript expression for the bundler to put in the place of BASELINE. */
  readonly baseline: string;
  readonly trailArns: readonly object[];
  readonly logsRoleArns: readonly string[];
  readonly declaresTrails: string;
  readonly deliversToLogs: string;
  readonly declaresOrganizationTrail: string;
  readonly rebuildsUndeclared: string;
  readonly containsPrincipals: string;
  /** ARNs, and CloudFormation's expression for that of the function's own role. */
  readonly exemptPrincipals: readonly (string | object)[];
  /** What is shown, for Fn::Sub. */
  readonly dashboardBody: string;
}

function readBaseline(stage: string, region: string): Baseline | undefined {
  const file = `baselines/${stage}.yml`;
  if (!existsSync(file)) return undefined;
  const baseline = parseBaseline(readFileSync(file, 'utf8'), file);
  if (baseline.Region !== region)
    throw new BaselineError(
      `${file} is for ${baseline.Region}, and the stage is being packaged for ${region}: give --region ${baseline.Region}, ` +
        `or capture the trails of ${region} for a stage of their own`,
    );
  return baseline;
}

/** How the alarm looks for finished sweeps: none in any of so many periods of so many seconds. */
interface Heartbeat {
  readonly period: number;
  readonly periods: number;
}

/** Three sweeps may be missed, and a quarter of an hour: then it is no hiccup. */
function heartbeatOf(sweepMinutes: number): Heartbeat {
  return { period: sweepMinutes * 60, periods: Math.max(3, Math.ceil(15 / sweepMinutes)) };
}

/**
 * The name of the emergency sink, which the whole world must not have twice, and which the function needs in plain text.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
function sinkName(service: string, stage: string, { Account, Region }: Baseline): string {
  const name = `${service}-${stage}-sink-${Account}-${Region}`;
  if (ALLOWED.sinkBucket.allows(name)) return name;
  const room = 63 - (name.length - stage.length);
  throw new ConfigError(
    `stage is ${JSON.stringify(stage)}, and ${name} would be the emergency sink's bucket: allowed are ${room} lower-case ` +
      'letters, digits and hyphens at most, or any stage with --param="emergencySink=false"',
  );
}

/** The framework shortens the names of rules that are longer than 64 characters, and the queue's policy would not know them. */
const LONGEST_STAGE = 40;

function stageFaults(stage: string): string[] {
  if (stage.length <= LONGEST_STAGE) return [];
  return [
    `stage is ${JSON.stringify(stage)}: allowed are ${LONGEST_STAGE} letters, digits and hyphens at most`,
  ];
}

/** An alarm reaches no topic of another Region. */
function topicFaults(alarmTopic: string, region: string): string[] {
  const [, , , home = region] = alarmTopic.split(':');
  if (home === region) return [];
  return [
    `alarmTopic is in ${home}, and the stage is being packaged for ${region}: allowed are topics of ${region}`,
  ];
}

function valuesOf(baseline: Baseline | undefined) {
  const trails = baseline?.Trails ?? [];
  const logsRoleArns = [
    ...new Set(trails.flatMap(({ CloudWatchLogsRoleArn }) => CloudWatchLogsRoleArn ?? [])),
  ];
  return {
    baseline: JSON.stringify(baseline ?? null),
    trailArns: trails.map(({ Name }) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:cloudtrail:\${AWS::Region}:\${AWS::AccountId}:trail/${Name}`,
    })),
    logsRoleArns,
    declaresTrails: String(trails.length > 0),
    deliversToLogs: String(logsRoleArns.length > 0),
    declaresOrganizationTrail: String(trails.some(({ IsOrganizationTrail }) => IsOrganizationTrail)),
  };
}

function faultOf<T>(read: () => T): { value?: T; fault?: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof BaselineError || error instanceof ConfigError) return { fault: error.message };
    throw error;
  }
}

/**
 * Checks what a stage is packaged from, and derives what serverless.yml needs of it. Throws one error that names every
 * fault of the parameters and of the baseline, before anything is built or deployed.
 */
export async function packaged({ resolveVariable }: Serverless): Promise<Packaged> {
  const textOf = async (variable: string) => String(await resolveVariable(variable));
  const [service, stage, region] = await Promise.all([
    textOf('self:service'),
    textOf('sls:stage'),
    textOf('self:provider.region'),
  ]);
  const given = Object.keys(PARAMETERS).map(async (name) => [name, await textOf(`param:${name}`)] as const);
  const parameters = Object.fromEntries(await Promise.all(given)) as Parameters;
  const { mode, guardUndeclared, rebuildUndeclared, sweepRate, emergencySink, chat } = parameters;
  const { containment, containExempt } = parameters;

  const baseline = faultOf(() => readBaseline(stage, region));
  const sink = faultOf(() =>
    baseline.value && emergencySink === 'true' ? sinkName(service, stage, baseline.value) : '',
  );
  const faults = [
    ...stageFaults(stage),
    ...faultsIn(PARAMETERS, parameters),
    ...topicFaults(parameters.alarmTopic, region),
    ...[baseline, sink].flatMap(({ fault }) => fault ?? []),
  ];
  // The framework prints the stack, which says nothing to the person who made the mistake.
  if (faults.length > 0) throw Object.assign(new ConfigError(), { stack: `\n${faults.join('\n')}` });

  const sweepMinutes = minutesOf(sweepRate) ?? NaN;
  const rebuilds = mode === 'enforce' && guardUndeclared === 'true' && rebuildUndeclared === 'true';
  return {
    ...parameters,
    sweepMinutes: String(sweepMinutes),
    heartbeat: heartbeatOf(sweepMinutes),
    sinkBucket: sink.value ?? '',
    chatTopic: chat === 'true' ? `${service}-${stage}-chat` : '',
    rebuildsUndeclared: String(rebuilds),
    containsPrincipals: String(mode === 'enforce' && containment === 'true'),
    exemptPrincipals: [{ 'Fn::GetAtt': ['HealRole', 'Arn'] }, ...listed(containExempt)],
    dashboardBody: JSON.stringify(dashboard(service, stage)),
    ...valuesOf(baseline.value),
  };
}
