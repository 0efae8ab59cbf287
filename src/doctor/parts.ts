import { oneLine } from '../foreign/printable.ts';
import { asRecord, asText } from '../foreign/values.ts';
import type { Examined, Part, Stack, StackResource, Template } from './examined.ts';
import {
  allWell,
  type Check,
  deploy,
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
  /** The command that makes it anew, without its Region; where this is left out, the stage has to be deployed anew. */
  readonly make?: (part: Part) => string;
  /** What else its live state may show. */
  readonly also?: (part: Part, live: Properties, examined: Examined) => Finding[];
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
  return typeof ScheduleExpression === 'string'
    ? `aws events put-rule --name ${name} --schedule-expression ${quoted(ScheduleExpression)}`
    : `aws events put-rule --name ${name} --event-pattern ${json(EventPattern)}`;
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
  'AWS::Logs::LogGroup': {
    noun: 'log group',
    make: ({ physicalId }) => `aws logs create-log-group --log-group-name ${quoted(physicalId)}`,
    compared: { RetentionInDays: undefined },
    mend: (_, { physicalId }, { RetentionInDays }) =>
      `aws logs put-retention-policy --log-group-name ${quoted(physicalId)} --retention-in-days ${quoted(String(RetentionInDays))}`,
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
};

const BUCKETS: Readonly<Record<string, Sort>> = {
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
    also: ({ physicalId }, { StateValue, StateReason }, { region }) =>
      StateValue === 'ALARM'
        ? [
            ill(
              `${oneLine(physicalId)} is raised: ${oneLine(asText(StateReason) ?? 'no reason is given', 120)}`,
              `aws cloudwatch describe-alarms --alarm-names ${quoted(physicalId)} --region ${region}`,
            ),
          ]
        : [],
  },
};

/** The types whose resources are read by their own services. */
export const READ_TYPES: readonly string[] = [RUNS, LEDGER, TELLS, BUCKETS, ALARMS].flatMap(Object.keys);

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

type Sorts = Readonly<Record<string, Sort>>;

/** Emulators skip what they do not know, and call the stack complete all the same. */
function absent(
  { Resources }: Template,
  there: readonly StackResource[],
  sorts: Sorts,
  examined: Examined,
): Finding[] {
  return Object.entries(sorts).flatMap(([type, { noun }]) => {
    const missing = Object.entries(Resources).flatMap(([id, { Type }]) =>
      Type === type && !there.some(({ logicalId }) => logicalId === id) ? [id] : [],
    );
    const why = `the stack lacks what its template has: ${noun} ${missing.join(', ')}`;
    return missing.length > 0 ? [ill(why, deployAnew(examined))] : [];
  });
}

function partFindings(part: Part, sorts: Sorts, declared: Properties, examined: Examined): Finding[] {
  const sort = sorts[part.type];
  if (!sort) return [];
  const name = `${sort.noun} ${oneLine(part.physicalId)}`;
  if ('unread' in part.live) {
    // Rights are named once for all of a sort.
    const { unread } = part.live;
    return [unanswered(unread.why === 'failed' ? name : `each ${sort.noun}`, unread, examined)];
  }
  const live = part.live.known;
  if (live === undefined) {
    const made = sort.make && `${sort.make(part)} --region ${examined.region}`;
    return [ill(`${name} is gone`, made ?? deployAnew(examined))];
  }
  return [
    ...differences(part, live, sort, { ...sort.compared, ...declared }, examined.region),
    ...(sort.also?.(part, live, examined) ?? []),
  ];
}

/** Whether the parts of some sorts are as the template has them; `none` is said where it has no such part. */
function partsCheck(
  question: string,
  sorts: Sorts,
  summary: (count: number, names: string) => string,
  none?: (examined: Examined) => Finding,
): Check {
  const answer = (stack: Stack, template: Template, there: readonly StackResource[], examined: Examined) => {
    const isOfSorts = ({ type }: { readonly type: string }) => Object.hasOwn(sorts, type);
    const inTemplate = Object.values(template.Resources).filter(({ Type: type }) => isOfSorts({ type }));
    if (none && inTemplate.length === 0) return [none(examined)];
    const resolve = resolver(stack, there);
    const own = examined.parts.filter(isOfSorts);
    const findings = own.flatMap((part) => {
      const declared = asRecord(resolve(template.Resources[part.logicalId]?.Properties));
      return partFindings(part, sorts, declared, examined);
    });
    return allWell(
      [...absent(template, there, sorts, examined), ...findings],
      summary(own.length, own.map(({ physicalId }) => oneLine(physicalId)).join(', ')),
    );
  };
  return {
    question,
    answer: (examined) =>
      knowing('the stack', examined.stack, examined, (stack) =>
        knowing('what the stack holds', examined.resources, examined, (there) =>
          knowing('what the stack was made from', examined.template, examined, (template) =>
            answer(stack, template, there, examined),
          ),
        ),
      ),
  };
}

/** What the guard itself is made of. Its code is not compared: CloudFormation does not tell its digest. */
export const PART_CHECKS: readonly Check[] = [
  partsCheck(
    'Guard',
    RUNS,
    (count) =>
      `${count} rules, schedules, functions, mappings and log groups are there, enabled, and as deployed`,
  ),
  partsCheck(
    'Ledger',
    LEDGER,
    () => 'its table is there, protected from deletion, and can be put back to any second',
    (examined) => ill('was deployed by a version without a ledger', deploy(examined)),
  ),
  partsCheck('Buckets', BUCKETS, (_, names) => `the policies are as deployed: ${names}`),
  partsCheck('Topics', TELLS, () => 'topics and their key are there, and as deployed'),
  partsCheck('Alarms', ALARMS, (count) => `${count} alarms are there, none of them raised, and all can act`),
];
