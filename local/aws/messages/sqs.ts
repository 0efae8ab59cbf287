import { z } from 'zod';
import type { Operation, Request } from '../iam/call.ts';
import type { Right } from '../iam/iam.ts';
import { AwsError } from '../wire/aws-error.ts';
import { lowerCamel } from '../cloudtrail/cloudtrail-record.ts';
import { operationsOf } from '../operation.ts';
import { type Fields, readRequest } from '../wire/request-shape.ts';
import { type QueueBehaviour, queueMessages } from './queue-messages.ts';
import { type LiveQueue, MESSAGE_OPERATIONS, systemAttributes } from './message-operations.ts';
import { type Queue, type QueuedMessage, withAttributes } from './queues.ts';

/** A message that a service sends of its own accord. */
export interface ServiceMessage {
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly groupId?: string | undefined;
}

/** SQS of one account. */
export interface QueueService {
  readonly operations: readonly Operation[];
  readonly add: (queues: readonly Queue[]) => void;
  readonly find: (arn: string) => LiveQueue | undefined;
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
  /** Sends what a service has to say; gives the error's name if the queue cannot take it. */
  readonly send: (arn: string, message: ServiceMessage) => string | undefined;
  /** Leaves a message in a dead-letter or on-failure queue, and notes it. */
  readonly bury: (arn: string, message: ServiceMessage) => void;
}

/** What SQS needs of its surroundings. */
export interface QueueSurroundings {
  readonly account: string;
  readonly partition: string;
  /** What URLs begin with; AWS by default. An SDK's client follows them, whatever its endpoint is. */
  readonly queueHost: () => string | undefined;
  /** For so many ms a name cannot be used again. */
  readonly recreationDelayMs: number;
  readonly queued: QueuedMessage[];
  readonly problem: (text: string) => void;
  /** Told the ARN of a queue that a call created. */
  readonly created: (arn: string) => void;
}

/**
 * What sending to a queue, or receiving from it, needs of a caller.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export function rightsOn(
  { arn, keyArn, policy }: Pick<Queue, 'arn' | 'keyArn' | 'policy'>,
  action: string,
  onKey: readonly string[],
): readonly Right[] {
  const onTheKey = keyArn === undefined ? [] : onKey;
  return [
    { action: `sqs:${action}`, resource: arn, policy },
    ...onTheKey.map((each) => ({ action: `kms:${each}`, resource: keyArn ?? '' })),
  ];
}

/** SQS without a queue. */
export function queueService(surroundings: QueueSurroundings): QueueService {
  const { account, partition, queued, problem } = surroundings;
  const queues = new Map<string, LiveQueue>();
  const deletedAt = new Map<string, number>();

  const asked = ({ input }: Request): LiveQueue => {
    const name = String(input['QueueUrl'] ?? input['QueueName'])
      .split('/')
      .at(-1);
    const found = [...queues.values()].find((queue) => queue.name === name);
    if (found) return found;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  };

  const put = (queue: LiveQueue, { body, attributes: given = {}, groupId }: ServiceMessage) =>
    queue.messages.send({
      body,
      attributes: Object.fromEntries(
        Object.entries(given).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
      groupId,
      deduplicationId: undefined,
      senderId: 'AWS',
    });

  const note = (queueArn: string, body: string, given: QueuedMessage['attributes']) =>
    void queued.push({ queueArn, body: parsed(body), attributes: given, at: performance.now() });

  const live = (queue: Queue): LiveQueue => {
    const behaviour = { ...queue.behaviour };
    const made: LiveQueue = {
      ...queue,
      behaviour,
      messages: queueMessages(behaviour, {
        toDeadLetters: (spent) => {
          const target = queues.get(made.deadLetters ?? '');
          if (!target) problem(`${queue.name} has lost a message: its dead-letter queue is gone`);
          target?.messages.takeOver(spent);
          note(made.deadLetters ?? '', spent.body, systemAttributes(spent));
        },
        expired: ({ messageId }) => {
          problem(`${queue.name} has lost message ${messageId}: it was older than the retention`);
        },
      }),
    };
    return made;
  };

  const attributesOf = ({ input }: Request) =>
    readRequest(
      z.object({ Attributes: z.record(z.string(), z.string()).default({}) }),
      input,
      'InvalidAttributeName',
    ).Attributes;
  const changed = (queue: Queue, given: Readonly<Record<string, string>>, { region }: Request): Queue => {
    try {
      return withAttributes(queue, given, { partition, region, account });
    } catch (cause) {
      throw new AwsError('InvalidAttributeValue', `Invalid value for the attributes: ${String(cause)}`);
    }
  };
  const arnOf = ({ region, input }: Request) =>
    `arn:${partition}:sqs:${region}:${account}:${String(input['QueueName'])}`;
  const create = (request: Request) => {
    const name = String(request.input['QueueName']);
    const arn = arnOf(request);
    const host = surroundings.queueHost() ?? `https://sqs.${request.region}.amazonaws.com`;
    const given = attributesOf(request);
    const before = queues.get(arn);
    if (before) {
      const other = Object.entries(given).find(([key, value]) => before.attributes[key] !== value);
      if (other)
        throw new AwsError(
          'QueueNameExists',
          `A queue already exists with the same name and a different value for attribute ${other[0]}`,
        );
      return { QueueUrl: before.url };
    }
    if (Date.now() - (deletedAt.get(arn) ?? -Infinity) < surroundings.recreationDelayMs)
      throw new AwsError(
        'QueueDeletedRecently',
        'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
      );
    const url = `${host}/${account}/${name}`;
    const bare = { arn, name, url, keyArn: undefined, policy: [], deadLetters: undefined, attributes: {} };
    // Since 2022 a queue is encrypted by SQS unless told otherwise.
    const behaviour = { ...NO_BEHAVIOUR, isFifo: given['FifoQueue'] === 'true' };
    const queue = changed({ ...bare, behaviour }, { SqsManagedSseEnabled: 'true', ...given }, request);
    queues.set(arn, live(queue));
    surroundings.created(arn);
    return { QueueUrl: url };
  };
  const setAttributes = (request: Request) => {
    const queue = asked(request);
    const { behaviour, ...now } = changed(queue, attributesOf(request), request);
    // Whoever holds the queue sees it.
    Object.assign(queue.behaviour, behaviour);
    queues.set(queue.arn, { ...queue, ...now, behaviour: queue.behaviour });
    return {};
  };
  const purge = (request: Request) => {
    asked(request).messages.purge();
    return {};
  };
  const deleteQueue = (request: Request) => {
    const { arn, messages } = asked(request);
    messages.purge();
    queues.delete(arn);
    deletedAt.set(arn, Date.now());
    return {};
  };
  const onQueue = (request: Request) => {
    const { arn, policy } = asked(request);
    return [{ resource: arn, policy }];
  };
  const control = operationsOf(
    {
      prefix: 'sqs',
      denied: { name: 'AccessDeniedException', status: 403 },
      statuses: serverFaults,
    },
    [
      {
        name: 'CreateQueue',
        on: (request) => [{ resource: arnOf(request) }],
        changes: { requestParameters: attributesAsTheyAre, responseElements: lowerCamel },
        run: create,
      },
      {
        name: 'SetQueueAttributes',
        on: onQueue,
        changes: { requestParameters: attributesAsTheyAre },
        run: setAttributes,
      },
      { name: 'PurgeQueue', on: onQueue, changes: {}, run: purge },
      { name: 'DeleteQueue', on: onQueue, changes: {}, run: deleteQueue },
    ],
  );

  return {
    operations: [
      ...control,
      ...MESSAGE_OPERATIONS.map(([name, action, onKey, run]): Operation => ({
        name,
        mutating: false,
        perSecond: undefined,
        rights: (request) => rightsOn(asked(request), action, onKey),
        denial: ({ principal }, right) =>
          new AwsError(
            right.action.startsWith('kms:') ? 'KmsAccessDenied' : 'AccessDeniedException',
            `User: ${principal.arn} is not authorized to perform: ${right.action.toLowerCase()} on resource: ${right.resource}`,
            right.action.startsWith('kms:') ? 400 : 403,
          ),
        failure: (fault) => new AwsError(fault, `${fault} was injected into ${name}.`, serverFaults[fault]),
        run: (request) => run(asked(request), request.input, request),
      })),
    ],
    add: (added) => {
      for (const queue of added) queues.set(queue.arn, live(queue));
    },
    find: (arn) => queues.get(arn),
    state: () => queues,
    send: (arn, sent) => {
      const queue = queues.get(arn);
      if (!queue) return 'NO_RESOURCE';
      try {
        put(queue, sent);
        return undefined;
      } catch (error) {
        if (error instanceof AwsError) return error.name;
        throw error;
      }
    },
    bury: (arn, sent) => {
      const queue = queues.get(arn);
      if (queue) put(queue, sent);
      note(arn, sent.body, sent.attributes ?? {});
    },
  };
}

const NO_BEHAVIOUR: QueueBehaviour = {
  isFifo: false,
  contentBasedDeduplication: false,
  delayMs: 0,
  visibilityMs: 0,
  retentionMs: 0,
  maxReceiveCount: Infinity,
};

/** The names of attributes stay as they are in records. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-logging-using-cloudtrail.html */
function attributesAsTheyAre({ Attributes: attributes, ...input }: Fields): unknown {
  return { ...(lowerCamel(input) as object), ...(attributes !== undefined && { attributes }) };
}

const serverFaults: Readonly<Record<string, number>> = {
  InternalError: 500,
  ServiceUnavailable: 503,
  RequestThrottled: 403,
};

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
