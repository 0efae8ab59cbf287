import { asRecord } from '../../foreign/values.ts';
import type { Home } from '../home.ts';
import { locksOut } from '../policy-effect.ts';
import { policyField } from '../policy-field.ts';
import {
  type DeclaredResource,
  type FieldRule,
  isEqual,
  type ResourceKind,
  type ResourceRepair,
} from '../resource.ts';

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
function urlOf({ name }: DeclaredResource, { partition, region, account }: Home): string {
  return `https://sqs.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}/${account}/${name}`;
}

/** Attributes are texts. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function write(queue: DeclaredResource, home: Home, sets: Readonly<Record<string, unknown>>): ResourceRepair {
  const Attributes = Object.fromEntries(Object.entries(sets).map(([key, value]) => [key, textOf(value)]));
  const QueueUrl = urlOf(queue, home);
  return { kind: 'SetQueueAttributes', name: queue.name, input: { QueueUrl, Attributes }, sets: Attributes };
}

/**
 * An attribute that is a text, a number or a flag; where none is declared, as SQS gives it to a new queue. `unshown` is what it is where
 * SQS does not show it.
 */
function attribute(
  name: string,
  unsaid: string,
  unshown = unsaid,
): Pick<FieldRule, 'mayBeAbsent' | 'isAsGood' | 'repair'> {
  const wanted = (value: unknown) => textOf(value) || unsaid;
  return {
    mayBeAbsent: true,
    isAsGood: (declared, found) => wanted(declared) === (textOf(found) || unshown),
    repair: (queue, _observed, home) => [write(queue, home, { [name]: wanted(queue.fields[name]) })],
  };
}

/** SQS takes so large a message in all Regions. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MOST_BYTES = 262_144;

const isOn = (value: unknown): boolean => textOf(value) === 'true';

/** What an attribute in JSON says, numbers as texts, for templates may have either. */
function readJson(value: unknown): unknown {
  try {
    const read = asRecord(typeof value === 'string' ? JSON.parse(value || '{}') : value);
    return Object.fromEntries(
      Object.entries(read).map(([key, each]) => [key, typeof each === 'number' ? String(each) : each]),
    );
  } catch {
    return value;
  }
}

function jsonAttribute(name: string): Pick<FieldRule, 'mayBeAbsent' | 'isAsGood' | 'repair'> {
  return {
    mayBeAbsent: true,
    isAsGood: (declared, found) => isEqual(readJson(declared), readJson(found)),
    repair: (queue, _observed, home) => [write(queue, home, { [name]: queue.fields[name] ?? '' })],
  };
}

/** With these a queue is made; for what else is declared, others may have to be there first. */
const MADE_WITH = [
  'FifoQueue',
  'ContentBasedDeduplication',
  'MessageRetentionPeriod',
  'VisibilityTimeout',
  'SqsManagedSseEnabled',
];

/**
 * Queues of SQS: what came of each pass waits in them to be told, and what failed is kept. How long a change takes to be seen:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
export const queue: ResourceKind = {
  noun: 'queue',
  source: 'sqs.amazonaws.com',
  arn: ({ name }, { partition, region, account }) => `arn:${partition}:sqs:${region}:${account}:${name}`,
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-logging-using-cloudtrail.html
  tamperings: {
    CreateQueue: { deed: 'created', story: 'was created', part: 'all', harm: 'minor' },
    DeleteQueue: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'lost' },
    PurgeQueue: { deed: 'emptied', story: 'was EMPTIED', part: 'messages', harm: 'lost' },
    StartMessageMoveTask: {
      deed: 'messages moved',
      story: 'had its MESSAGES moved elsewhere',
      part: 'messages',
      harm: 'lost',
    },
    SetQueueAttributes: { deed: 'changed', story: 'had its ATTRIBUTES changed', part: 'all', harm: 'lost' },
    AddPermission: { deed: 'policy widened', story: 'had its POLICY widened', part: 'Policy', harm: 'lost' },
    RemovePermission: {
      deed: 'policy narrowed',
      story: 'had its POLICY narrowed',
      part: 'Policy',
      harm: 'lost',
    },
  },
  naming: ['queueUrl', 'queueName', 'sourceArn'],
  // Whoever calls may write the URL in several ways; older ones begin with the Region. https://docs.aws.amazon.com/general/latest/gr/sqs-service.html
  names: (declared, home) => {
    const url = urlOf(declared, home);
    return [
      declared.name,
      queue.arn(declared, home),
      url,
      url.replace('//sqs.', '//').replace(`//${home.region}.`, `//${home.region}.queue.`),
      ...(home.region === 'us-east-1' ? [url.replace('//sqs.us-east-1.', '//queue.')] : []),
    ];
  },
  create: ({ name, fields }) => {
    const said = MADE_WITH.flatMap((field) => {
      const value = textOf(fields[field]);
      // A queue that is none of FIFO must not say so.
      const isLeftOut = value === '' || (value === 'false' && field !== 'SqsManagedSseEnabled');
      return isLeftOut ? [] : [[field, value] as const];
    });
    const Attributes = Object.fromEntries(said);
    return {
      kind: 'CreateQueue',
      name,
      input: { QueueName: name, Attributes },
      sets: Attributes,
      founds: true,
    };
  },
  fields: {
    Policy: {
      mayBeAbsent: true,
      ...policyField({
        field: 'Policy',
        harm: 'lost',
        changing: [
          'sqs:SetQueueAttributes',
          'sqs:DeleteQueue',
          'sqs:PurgeQueue',
          'sqs:SendMessage',
          'sqs:DeleteMessage',
        ],
        // How large SQS lets one get is unverified: what it refuses is asked for with less.
        most: 30_720,
        write: (resource, text, home) => {
          const { Statement } = asRecord(JSON.parse(text));
          // A policy that says nothing is none.
          return write(resource, home, { Policy: isEqual(Statement, []) ? undefined : text });
        },
        isSound: (policy, _queue, home) => !locksOut(policy, 'sqs:SetQueueAttributes', home, false),
      }),
    },
    // A queue is of one sort for ever.
    FifoQueue: { harm: 'lost', isAsGood: (declared, found) => isOn(declared) === isOn(found) },
    ContentBasedDeduplication: { harm: 'lost', ...attribute('ContentBasedDeduplication', 'false') },
    RedrivePolicy: { harm: 'lost', ...jsonAttribute('RedrivePolicy') },
    RedriveAllowPolicy: { harm: 'lost', ...jsonAttribute('RedriveAllowPolicy') },
    MessageRetentionPeriod: { harm: 'lost', ...attribute('MessageRetentionPeriod', '345600') },
    VisibilityTimeout: { harm: 'delayed', ...attribute('VisibilityTimeout', '30') },
    DelaySeconds: { harm: 'delayed', ...attribute('DelaySeconds', '0') },
    // With less, what is to be told is not taken.
    MaximumMessageSize: {
      mayBeAbsent: true,
      harm: 'lost',
      isAsGood: (declared, found) => Number(found ?? MOST_BYTES) >= Number(declared ?? MOST_BYTES),
      repair: (resource, _observed, home) => [
        write(resource, home, { MaximumMessageSize: resource.fields['MaximumMessageSize'] ?? MOST_BYTES }),
      ],
    },
    KmsMasterKeyId: { harm: 'lost', ...attribute('KmsMasterKeyId', '') },
    SqsManagedSseEnabled: { harm: 'exposed', ...attribute('SqsManagedSseEnabled', 'true', 'false') },
  },
};
