import { stageFault } from '../config/stage.ts';
import { existsSync, readFileSync } from 'node:fs';
import type { Baseline } from '../baseline/baseline.ts';
import { BaselineError, parseBaseline } from '../baseline/read.ts';
import { type Choice, CHOICES, type Choices, faultOf, listed, minutesOf } from '../config/choices.ts';
import { ConfigError, rebuilds } from '../config/config.ts';
import { overThis } from '../config/settle.ts';
import { DENIED_ACTIONS } from '../containment/policy.ts';
import { digestOf } from '../baseline/digest.ts';
import { deliveryPath } from '../baseline/delivery-path.ts';
import { partitionOf } from '../kinds/home.ts';
import { DRILL_PREFIX } from '../baseline/drill.ts';
import type { DeclaredResource } from '../kinds/resource.ts';
import { KINDS, kindOf } from '../kinds/kinds.ts';
import { TAMPERINGS } from '../kinds/trail/tamperings.ts';
import { commitOf } from './commit.ts';
import { dashboard } from './dashboard.ts';
import { type WatchedRule, watchedRules } from './watched-rules.ts';

/** What the framework hands to a file that serverless.yml takes values from. */
export interface Serverless {
  readonly resolveVariable: (variable: string) => Promise<unknown>;
}

/** What holds for a package, by the names that the parts of the template ask for. */
export interface Holds {
  readonly declaresTrails: boolean;
  readonly deliversToLogs: boolean;
  readonly declaresOrganizationTrail: boolean;
  readonly rebuildsUndeclared: boolean;
  readonly hasAlertEmail: boolean;
  readonly hasSink: boolean;
  readonly hasConfigRules: boolean;
  readonly showsDashboard: boolean;
  readonly hasChat: boolean;
  readonly hasSecondTopic: boolean;
  readonly sendsToSecurityHub: boolean;
  readonly hasCentralBus: boolean;
  readonly containsPrincipals: boolean;
  readonly watchesBuckets: boolean;
  readonly watchesKeys: boolean;
  readonly watchesLogGroups: boolean;
  readonly watchesRoles: boolean;
  readonly watchesTopics: boolean;
  readonly watchesAliases: boolean;
  readonly watchesDelivery: boolean;
  readonly looksAtBuckets: boolean;
  readonly hasLogFeed: boolean;
  readonly hasWindows: boolean;
  readonly protectsStack: boolean;
}

/** CloudFormation's expression for a text, or the text. */
type Text = string | object;

/** The values that serverless.yml and the parts of the template take from the stage's baseline and the deployment parameters. */
interface Packaged extends Pick<
  Choices,
  'alertEmail' | 'alarmTopic' | 'sweepRate' | 'sinkRetentionDays' | 'centralBus' | 'cloudTrailLogGroup'
> {
  readonly holds: Holds;
  /** Whether the stack is not to be deleted; null where that is left to people. */
  readonly deletionProtection: true | null;
  /** What the stack is made from, for whoever compares it later. */
  readonly commit: string;
  readonly baselineDigest: string;
  /** The names of what outlives the stack. */
  readonly sinkBucket: Text;
  readonly ledgerTable: Text;
  readonly containmentPolicy: Text;
  /** The name of the topic; empty where there is none. */
  readonly chatTopic: string;
  /** The variables of each function that say what was chosen. */
  readonly environment: Readonly<Record<'heal' | 'watch' | 'tell', Readonly<Record<string, string>>>>;
  /** JavaScript expressions for the bundler to put in the place of names. */
  readonly define: Readonly<Record<string, string>>;
  readonly heartbeat: Heartbeat;
  /** When the two functions sweep. */
  readonly sweeps: Sweeps;
  /** By which calls wake `watch`. */
  readonly watchedRules: readonly WatchedRule[];
  /** What it may put back, by kind. */
  readonly watchedArns: Readonly<Record<string, readonly Text[]>>;
  readonly aliasArns: readonly Text[];
  /** The guard's own parts, by kind, as far as rights name them. */
  readonly guardArns: Readonly<Record<string, readonly Text[]>>;
  readonly trailArns: readonly Text[];
  readonly logsRoleArns: readonly string[];
  /** Under AWSLogs/ of the sink, where the declared trails deliver to, for Fn::Sub. */
  readonly deliveredKeys: string;
  readonly alarmTopics: readonly Text[];
  /** Whom containment spares, the guard's own roles among them. */
  readonly exemptPrincipals: readonly Text[];
  /** What containment denies. */
  readonly deniedActions: readonly string[];
  /** Who may undo what keeps the evidence, beside CloudFormation: the root user, and the role for emergencies. */
  readonly breakGlass: readonly Text[];
  /** Who may assume the role that opens change windows, and on which condition. */
  readonly windowPrincipals: readonly string[];
  readonly windowTrust: object;
  /** Which events of that log group wake heal. */
  readonly logFeedPattern: string;
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

/** When the two functions that repair sweep, in the words of EventBridge. */
interface Sweeps {
  readonly heal: string;
  readonly watch: string;
}

/** Half an interval apart, where a clock of whole minutes can say so. */
function sweepsOf(rate: string): Sweeps {
  const minutes = minutesOf(rate);
  const every = (first: number) => `cron(${first}/${minutes} * * * ? *)`;
  if (minutes < 2 || 60 % minutes !== 0) return { heal: `rate(${rate})`, watch: `rate(${rate})` };
  return minutes === 60
    ? { heal: 'cron(0 * * * ? *)', watch: 'cron(30 * * * ? *)' }
    : { heal: every(0), watch: every(Math.floor(minutes / 2)) };
}

const HERE = { partition: '${AWS::Partition}', region: '${AWS::Region}', account: '${AWS::AccountId}' };

const substituted = (text: string): Text => (text.includes('${') ? { 'Fn::Sub': text } : text);

/**
 * By which IAM knows a resource: all calls on a log group but those on its tags are judged by its ARN with `:*` behind.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
 */
const judgedBy = (kind: string, arn: string): string => (kind === 'log-group' ? `${arn}:*` : arn);

/** The ARNs of what is watched, by kind. */
function arnsByKind(guarded: readonly DeclaredResource[]): Record<string, Text[]> {
  return Object.fromEntries(
    Object.keys(KINDS).map((kind) => [
      kind,
      guarded
        .filter((resource) => resource.kind === kind)
        .map((resource) => substituted(judgedBy(kind, kindOf(resource).arn(resource, HERE)))),
    ]),
  );
}

/** The guard's own parts, which all begin with the name of the stack. */
function guardArns(stack: string, ledger: Text): Record<string, Text[]> {
  const here = 'arn:${AWS::Partition}:';
  const at = (service: string, resource: string): Text => ({
    'Fn::Sub': `${here}${service}:\${AWS::Region}:\${AWS::AccountId}:${resource}`,
  });
  const functions = (...names: string[]) => names.map((each) => at('lambda', `function:${stack}-${each}`));
  return {
    rule: [at('events', `rule/${stack}-*`)],
    queue: [at('sqs', `${stack}-*`)],
    topic: [at('sns', `${stack}-*`)],
    subscription: [at('sns', `${stack}-*`)],
    logs: [at('logs', `log-group:/aws/lambda/${stack}-*`)],
    alarm: [at('cloudwatch', `alarm:${stack}-*`)],
    dashboard: [{ 'Fn::Sub': `${here}cloudwatch::\${AWS::AccountId}:dashboard/${stack}*` }],
    table: [{ 'Fn::Join': ['', [at('dynamodb', 'table/'), ledger]] }],
    stack: [{ Ref: 'AWS::StackId' }],
    function: functions('heal', 'tell'),
    others: functions('watch', 'tell'),
  };
}

/** KMS asks for the right on an alias, and on the key that it leads to. */
function aliasArns(guarded: readonly DeclaredResource[]): Text[] {
  return guarded.flatMap(({ kind, name, fields }) => {
    const alias = fields['AliasName'];
    if (kind !== 'key' || typeof alias !== 'string') return [];
    return [{ 'Fn::Sub': `arn:\${AWS::Partition}:kms:\${AWS::Region}:\${AWS::AccountId}:${alias}` }, name];
  });
}

/** `first-last` of the five groups of the UUID at the end of a stack's id. */
const STACK = { groups: [0, 4], length: '01234567-0123456789ab'.length };

/**
 * The name of a resource that outlives its stack, for CloudFormation: the next stack of the same name must not want it again.
 * The first group of the id is of a time, the last of a place: neither alone is another in each stack.
 */
function retained(name: string): Text {
  const id = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
  const groups = STACK.groups.map((group) => ({ 'Fn::Select': [group, { 'Fn::Split': ['-', id] }] }));
  return { 'Fn::Join': ['-', [name, ...groups]] };
}

/**
 * What is wrong with a stage for the name of the emergency sink's bucket, which the whole world must not have twice.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
function sinkFaults(service: string, stage: string): string[] {
  const room = 63 - STACK.length - `${service}--sink-`.length;
  if (stage.length <= room && /^[a-z0-9-]*$/.test(stage)) return [];
  return [
    `stage is ${JSON.stringify(stage)}, and ${service}-${stage}-sink-<id> would be the emergency sink's bucket: allowed are ` +
      `${room} lower-case letters, digits and hyphens at most, or any stage with --param="emergencySink=false"`,
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

function attempt<T>(read: () => T): { value?: T; fault?: string } {
  try {
    return { value: read() };
  } catch (error) {
    if (error instanceof BaselineError) return { fault: error.message };
    throw error;
  }
}

/**
 * The calls on trails, as a filter pattern of CloudWatch Logs.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html
 */
function logFeedPattern(): string {
  const named = Object.keys(TAMPERINGS).map((name) => `$.eventName = "${name}"`);
  return `{ $.eventSource = "cloudtrail.amazonaws.com" && (${named.join(' || ')}) }`;
}

const choices = Object.entries<Choice>(CHOICES);

/** What decides what is repaired; all else is about telling. */
const OF_REPAIRS: readonly string[] = ['mode', 'guardUndeclared', 'rebuildUndeclared', 'sweepRate'];

/** The variables of a function for the choices that it goes by. */
function variables(chosen: Choices, isRead: (name: string) => boolean): Record<string, string> {
  return Object.fromEntries(
    choices.flatMap(([name, { variable }]) =>
      variable && isRead(name) ? [[variable, chosen[name as keyof Choices]]] : [],
    ),
  );
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
  const given = choices.map(async ([name]) => [name, await textOf(`param:${name}`)] as const);
  const chosen = Object.fromEntries(await Promise.all(given)) as Choices;

  const read = attempt(() => readBaseline(stage, region));
  const hasSink = read.value !== undefined && chosen.emergencySink === 'true';
  const faults = [
    ...[stageFault(stage) ?? []].flat(),
    ...choices.flatMap(([name, choice]) => faultOf(choice, chosen[name as keyof Choices], name) ?? []),
    ...topicFaults(chosen.alarmTopic, region),
    ...[read.fault ?? []].flat(),
    ...(hasSink ? sinkFaults(service, stage) : []),
  ];
  // The framework prints the stack, which says nothing to the person who made the mistake.
  if (faults.length > 0) throw Object.assign(new ConfigError(), { stack: `\n${faults.join('\n')}` });

  const {
    alertEmail,
    alarmTopic,
    sweepRate,
    sinkRetentionDays,
    centralBus,
    securityHub,
    cloudTrailLogGroup,
  } = chosen;
  const baseline = read.value ?? null;
  const trails = baseline?.Trails ?? [];
  const guarded = baseline ? deliveryPath(baseline) : [];
  const watches = (kind: string) => guarded.some((resource) => resource.kind === kind);
  const roles = trails.flatMap(({ CloudWatchLogsRoleArn }) => CloudWatchLogsRoleArn ?? []);
  const isForOrganization = trails.some(({ IsOrganizationTrail }) => IsOrganizationTrail);
  const writes = chosen.mode === 'enforce';
  const containsPrincipals = writes && chosen.containment === 'true';
  const name = `${service}-${stage}`;
  const chatTopic = chosen.chat === 'true' ? `${name}-chat` : '';
  return {
    ...{ alertEmail, alarmTopic, sweepRate, sinkRetentionDays, centralBus, chatTopic, cloudTrailLogGroup },
    commit: commitOf('.'),
    baselineDigest: digestOf(read.value),
    logFeedPattern: logFeedPattern(),
    sinkBucket: retained(`${name}-sink`),
    ledgerTable: retained(`${name}-ledger`),
    containmentPolicy: retained(`${name}-containment`),
    // Where it was not chosen, nothing is asked of CloudFormation, and nobody's own choice is undone.
    deletionProtection: chosen.protectStack === 'true' || null,
    holds: {
      declaresTrails: trails.length > 0,
      deliversToLogs: roles.length > 0,
      declaresOrganizationTrail: isForOrganization,
      rebuildsUndeclared: writes && chosen.guardUndeclared === 'true' && rebuilds(chosen, baseline),
      hasAlertEmail: alertEmail !== '',
      hasSink,
      hasConfigRules: chosen.configRules === 'true',
      showsDashboard: chosen.dashboard === 'true',
      hasChat: chatTopic !== '',
      hasSecondTopic: chosen.alarmTopic !== '',
      sendsToSecurityHub: securityHub === 'true',
      hasCentralBus: centralBus !== '',
      containsPrincipals,
      watchesBuckets: watches('bucket'),
      watchesKeys: watches('key'),
      watchesLogGroups: watches('log-group'),
      watchesRoles: watches('role'),
      watchesTopics: watches('topic'),
      watchesAliases: aliasArns(guarded).length > 0,
      watchesDelivery: guarded.length > 0,
      looksAtBuckets: hasSink || watches('bucket'),
      hasLogFeed: cloudTrailLogGroup !== '',
      hasWindows: chosen.windowPrincipals !== '',
      protectsStack: chosen.protectStack === 'true',
    },
    environment: {
      heal: {
        ...variables(chosen, (choice) => OF_REPAIRS.includes(choice)),
        PASSES_QUEUE: `${name}-passes.fifo`,
      },
      watch: {
        ...variables(chosen, (choice) => [...OF_REPAIRS, 'organization'].includes(choice)),
        PASSES_QUEUE: `${name}-passes.fifo`,
      },
      tell: {
        ...variables(chosen, () => true),
        ALERT_TOPIC: `${name}-alerts`,
        CHAT_TOPIC: chatTopic,
        SECOND_TOPIC: chosen.alarmTopic,
        PARKED_QUEUE: `${name}-parked.fifo`,
      },
    },
    define: {
      BASELINE: JSON.stringify(baseline),
      SECURITY_HUB: securityHub,
      CONTAINMENT: String(containsPrincipals),
      CENTRAL_BUS: JSON.stringify(centralBus),
      LOCAL_ENDPOINT: chosen.localEndpoint,
    },
    heartbeat: heartbeatOf(minutesOf(sweepRate)),
    sweeps: sweepsOf(sweepRate),
    watchedRules: watchedRules([...guarded, ...overThis(chosen)], {
      partition: partitionOf(region),
      region,
      account: baseline?.Account ?? '',
    }),
    watchedArns: arnsByKind(guarded),
    aliasArns: aliasArns(guarded),
    guardArns: guardArns(name, retained(`${name}-ledger`)),
    // Those of drills are declared by their names.
    trailArns: [...trails.map(({ Name }) => Name), `${DRILL_PREFIX}*`].map((name) => ({
      'Fn::Sub': `arn:\${AWS::Partition}:cloudtrail:\${AWS::Region}:\${AWS::AccountId}:trail/${name}`,
    })),
    logsRoleArns: [...new Set(roles)],
    deliveredKeys: isForOrganization ? '*' : '${AWS::AccountId}/*',
    alarmTopics: [{ Ref: 'AlertTopic' }, ...listed(chosen.alarmTopic)],
    exemptPrincipals: [
      ...['HealRole', 'WatchRole', 'TellRole'].map((role) => ({ 'Fn::GetAtt': [role, 'Arn'] })),
      ...listed(chosen.containExempt),
    ],
    deniedActions: DENIED_ACTIONS,
    breakGlass: [
      { 'Fn::Sub': 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' },
      ...listed(chosen.breakGlassRole),
    ],
    windowPrincipals: listed(chosen.windowPrincipals),
    // A session of IAM Identity Center has no such key, however it signed in.
    windowTrust: chosen.windowMfa === 'true' ? { Bool: { 'aws:MultiFactorAuthPresent': 'true' } } : {},
    dashboardBody: JSON.stringify(dashboard(service, stage)),
  };
}
