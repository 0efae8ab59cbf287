import { oneLine } from '../foreign/printable.ts';
import { asRecord, asText } from '../foreign/values.ts';
import type { Examined, Part } from './examined.ts';
import {
  allWell,
  type Check,
  deployAnew,
  type Finding,
  ill,
  knowing,
  quoted,
  unanswered,
} from './finding.ts';
import { resolver, UNRESOLVED } from './template.ts';

type Properties = Readonly<Record<string, unknown>>;

/** How resources of a type are compared with the template. */
interface Sort {
  readonly noun: string;
  /** What is compared, and what it is where the template does not say it. */
  readonly compared: Properties;
  /** The command that puts a property back, without its Region. */
  readonly mend: (property: string, part: Part, declared: Properties) => string;
}

const json = (value: unknown): string => quoted(JSON.stringify(value));

const FUNCTION_OPTIONS: Readonly<Record<string, string>> = {
  Handler: 'handler',
  Runtime: 'runtime',
  Role: 'role',
  MemorySize: 'memory-size',
  Timeout: 'timeout',
};

function functionMend(property: string, id: string, value: unknown): string {
  const name = `--function-name ${quoted(id)}`;
  if (property === 'ReservedConcurrentExecutions') return `aws lambda delete-function-concurrency ${name}`;
  if (property === 'Environment')
    return `aws lambda update-function-configuration ${name} --environment ${json(value)}`;
  const option = FUNCTION_OPTIONS[property];
  if (option !== undefined)
    return `aws lambda update-function-configuration ${name} --${option} ${quoted(String(value))}`;
  return `aws lambda get-function-configuration ${name}`;
}

function tableMend(property: string, id: string): string {
  const name = `--table-name ${quoted(id)}`;
  return property === 'DeletionProtectionEnabled'
    ? `aws dynamodb update-table ${name} --deletion-protection-enabled`
    : `aws dynamodb update-continuous-backups ${name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`;
}

function ruleMend(property: string, id: string, declared: Properties): string {
  const name = quoted(id);
  const { EventPattern, ScheduleExpression, Targets } = declared;
  if (property === 'State') return `aws events enable-rule --name ${name}`;
  if (property === 'Targets') return `aws events put-targets --rule ${name} --targets ${json(Targets)}`;
  return ScheduleExpression === undefined
    ? `aws events put-rule --name ${name} --event-pattern ${json(EventPattern)}`
    : `aws events put-rule --name ${name} --schedule-expression ${quoted(String(ScheduleExpression))}`;
}

const RUNS: Readonly<Record<string, Sort>> = {
  'AWS::Events::Rule': {
    noun: 'rule',
    compared: { State: 'ENABLED', EventPattern: undefined, ScheduleExpression: undefined, Targets: [] },
    mend: (property, { physicalId }, declared) => ruleMend(property, physicalId, declared),
  },
  'AWS::Scheduler::Schedule': {
    noun: 'schedule',
    compared: {
      State: 'ENABLED',
      ScheduleExpression: undefined,
      FlexibleTimeWindow: undefined,
      Target: undefined,
    },
    // The API takes a schedule whole only.
    mend: (_, { physicalId }, { ScheduleExpression, FlexibleTimeWindow, Target }) =>
      `aws scheduler update-schedule --name ${quoted(physicalId)} --state ENABLED --schedule-expression ` +
      `${quoted(String(ScheduleExpression))} --flexible-time-window ${json(FlexibleTimeWindow)} --target ${json(Target)}`,
  },
  'AWS::Lambda::Function': {
    noun: 'function',
    compared: {
      State: 'Active',
      LastUpdateStatus: 'Successful',
      ReservedConcurrentExecutions: undefined,
      Handler: undefined,
      Runtime: undefined,
      Role: undefined,
      MemorySize: undefined,
      Timeout: undefined,
      Environment: undefined,
    },
    mend: (property, { physicalId }, declared) => functionMend(property, physicalId, declared[property]),
  },
  'AWS::Lambda::EventSourceMapping': {
    noun: 'event source mapping',
    compared: {
      Enabled: true,
      BatchSize: undefined,
      EventSourceArn: undefined,
      FunctionResponseTypes: undefined,
    },
    mend: (_, { physicalId }) =>
      `aws lambda update-event-source-mapping --uuid ${quoted(physicalId)} --enabled`,
  },
};

const LEDGER: Readonly<Record<string, Sort>> = {
  'AWS::DynamoDB::Table': {
    noun: 'table',
    compared: {
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    },
    mend: (property, { physicalId }) => tableMend(property, physicalId),
  },
};

const TELLS: Readonly<Record<string, Sort>> = {
  'AWS::SNS::Topic': {
    noun: 'topic',
    compared: { KmsMasterKeyId: undefined },
    mend: (_, { physicalId }, { KmsMasterKeyId }) =>
      `aws sns set-topic-attributes --topic-arn ${quoted(physicalId)} --attribute-name KmsMasterKeyId --attribute-value ${quoted(String(KmsMasterKeyId))}`,
  },
  'AWS::KMS::Key': {
    noun: 'key',
    compared: { Enabled: true },
    mend: (_, { physicalId }) => `aws kms enable-key --key-id ${quoted(physicalId)}`,
  },
  'AWS::Logs::LogGroup': {
    noun: 'log group',
    compared: { RetentionInDays: undefined },
    mend: (_, { physicalId }, { RetentionInDays }) =>
      `aws logs put-retention-policy --log-group-name ${quoted(physicalId)} --retention-in-days ${quoted(String(RetentionInDays))}`,
  },
};

const SINK: Readonly<Record<string, Sort>> = {
  'AWS::S3::BucketPolicy': {
    noun: 'policy of the bucket',
    compared: { PolicyDocument: undefined },
    mend: (_, { physicalId }, { PolicyDocument }) =>
      `aws s3api put-bucket-policy --bucket ${quoted(physicalId)} --policy ${json(PolicyDocument)}`,
  },
};

const ALARMS: Readonly<Record<string, Sort>> = {
  'AWS::CloudWatch::Alarm': {
    noun: 'alarm',
    compared: { ActionsEnabled: true },
    mend: (_, { physicalId }) => `aws cloudwatch enable-alarm-actions --alarm-names ${quoted(physicalId)}`,
  },
};

/** The types whose resources are read by their own services. */
export const READ_TYPES: readonly string[] = [RUNS, LEDGER, TELLS, SINK, ALARMS].flatMap(Object.keys);

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

/** One of something is written with a list around it or without, and numbers as texts or not, by the service. */
const one = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value;

/** Whether a live value is what the template asks for. What the template leaves to CloudFormation may be anything. */
export function isAsDeclared(given: unknown, found: unknown): boolean {
  const [declared, live] = [one(given), one(found)];
  if (declared === UNRESOLVED) return true;
  if (isEmpty(declared) || isEmpty(live)) return isEmpty(declared) && isEmpty(live);
  if (Array.isArray(declared) && Array.isArray(live)) {
    const left: unknown[] = [...(live as unknown[])];
    return (
      declared.length === live.length &&
      declared.every((each) => {
        const at = left.findIndex((other) => isAsDeclared(each, other));
        if (at >= 0) left.splice(at, 1);
        return at >= 0;
      })
    );
  }
  if (typeof declared !== 'object' || typeof live !== 'object') return String(declared) === String(live);
  const [wanted, there] = [asRecord(declared), asRecord(live)];
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(there)])];
  return names.every((name) => isAsDeclared(wanted[name], there[name]));
}

const shown = (value: unknown): string =>
  isEmpty(value) ? 'nothing' : oneLine(typeof value === 'string' ? value : JSON.stringify(value), 60);

function differences(
  part: Part,
  live: Properties,
  sort: Sort,
  declared: Properties,
  region: string,
): Finding[] {
  return Object.keys(sort.compared)
    .filter((property) => !isAsDeclared(declared[property], live[property]))
    .map((property) =>
      ill(
        `${sort.noun} ${oneLine(part.physicalId)}: ${property} is ${shown(live[property])}, not ${shown(declared[property])}`,
        `${sort.mend(property, part, declared)} --region ${region}`,
      ),
    );
}

/** What of the parts of some sorts is not as the template has it. */
function findings(examined: Examined, sorts: Readonly<Record<string, Sort>>): Finding[] {
  const { stack, template, resources, parts, region } = examined;
  if (!('known' in stack) || !('known' in template) || !('known' in resources)) return [];
  const resolve = resolver(stack.known, resources.known);
  return parts.flatMap((part) => {
    const sort = sorts[part.type];
    if (!sort) return [];
    const name = `${sort.noun} ${oneLine(part.physicalId)}`;
    if ('unread' in part.live) {
      // Rights are named once for all of a sort.
      const { unread } = part.live;
      return [unanswered(unread.why === 'failed' ? name : `each ${sort.noun}`, unread, examined)];
    }
    if (part.live.known === undefined) return [ill(`${name} is gone`, deployAnew(examined))];
    const declared = {
      ...sort.compared,
      ...asRecord(resolve(template.known.Resources[part.logicalId]?.Properties)),
    };
    return differences(part, part.live.known, sort, declared, region);
  });
}

function partsCheck(
  question: string,
  sorts: Readonly<Record<string, Sort>>,
  summary: (count: number) => string,
): Check {
  return {
    question,
    answer: (examined) =>
      knowing('what the stack holds', examined.resources, examined, () =>
        knowing('what the stack was made from', examined.template, examined, () =>
          allWell(
            findings(examined, sorts),
            summary(examined.parts.filter(({ type }) => Object.hasOwn(sorts, type)).length),
          ),
        ),
      ),
  };
}

const hasPart = ({ parts }: Examined, type: string): boolean => parts.some((part) => part.type === type);

const ledger = partsCheck(
  'Ledger',
  LEDGER,
  () => 'its table is there, protected from deletion, and can be put back to any second',
);

const alarms = partsCheck(
  'Alarms',
  ALARMS,
  (count) => `${count} alarms are there, none of them raised, and all can act`,
);

/** What the guard itself is made of. Its code is not compared: CloudFormation does not tell its digest. */
export const PART_CHECKS: readonly Check[] = [
  partsCheck(
    'Guard',
    RUNS,
    (count) => `${count} rules, schedules, functions and mappings are enabled, and as deployed`,
  ),
  {
    question: 'Ledger',
    answer: (examined) =>
      'known' in examined.resources && !hasPart(examined, 'AWS::DynamoDB::Table')
        ? [
            ill(
              'was deployed by a version without a ledger',
              `npx serverless deploy --stage ${examined.stage} --region ${examined.region}`,
            ),
          ]
        : ledger.answer(examined),
  },
  {
    question: 'Sink',
    answer: (examined) =>
      'known' in examined.resources && !hasPart(examined, 'AWS::S3::BucketPolicy')
        ? allWell([], 'the stage has none')
        : partsCheck('Sink', SINK, () => 'CloudTrail may write to the emergency sink').answer(examined),
  },
  partsCheck('Topics', TELLS, () => 'topics, their key and the log groups are there, and as deployed'),
  {
    question: 'Alarms',
    answer: (examined) => {
      const raised = examined.parts.flatMap(({ type, physicalId, live }) => {
        if (type !== 'AWS::CloudWatch::Alarm' || !('known' in live)) return [];
        const { StateValue, StateReason } = live.known ?? {};
        if (StateValue !== 'ALARM') return [];
        return [
          ill(
            `${oneLine(physicalId)} is raised: ${oneLine(asText(StateReason) ?? 'no reason is given', 120)}`,
            `aws cloudwatch describe-alarms --alarm-names ${quoted(physicalId)} --region ${examined.region}`,
          ),
        ];
      });
      const others = alarms
        .answer(examined)
        .filter(({ verdict }) => raised.length === 0 || verdict !== 'well');
      return [...raised, ...others];
    },
  },
];
