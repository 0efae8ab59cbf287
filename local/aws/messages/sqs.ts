import { z } from 'zod';
import type { Operation, Request } from '../iam/call.ts';
import type { Right } from '../iam/iam.ts';
import { AwsError } from '../wire/aws-error.ts';
import { delay } from '../wire/delay.ts';
import { lowerCamel } from '../cloudtrail/cloudtrail-record.ts';
import { operationsOf } from '../operation.ts';
import { type Fields, readRequest } from '../wire/request-shape.ts';
import {
  md5,
  type QueueBehaviour,
  type QueueMessage,
  queueMessages,
  type QueueMessages,
} from './queue-messages.ts';
import { type Queue, type QueuedMessage, withAttributes } from './queues.ts';

/** A queue with what is in it. */
export interface LiveQueue extends Queue {
  readonly messages: QueueMessages;
}

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

const attribute = z.object({
  DataType: z.string().min(1),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const message = z.object({
  MessageBody: z.string().min(1),
  MessageAttributes: z.record(z.string(), attribute).default({}),
  MessageGroupId: z.string().max(128).optional(),
  MessageDeduplicationId: z.string().max(128).optional(),
});
const handle = z.object({ ReceiptHandle: z.string().min(1) });
const visibility = handle.extend({ VisibilityTimeout: z.number().min(0).max(43_200) });
const names = z.array(z.string()).default([]);
const receive = z.object({
  MaxNumberOfMessages: z.number().min(1).max(10).default(1),
  VisibilityTimeout: z.number().min(0).max(43_200).optional(),
  WaitTimeSeconds: z.number().min(0).max(20).default(0),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});

type Run = (queue: LiveQueue, input: unknown, request: Request) => object | Promise<object>;

const single =
  <S extends z.ZodType>(
    schema: S,
    run: (queue: LiveQueue, input: z.output<S>, request: Request) => object | Promise<object>,
  ): Run =>
  (queue, input, request) =>
    run(queue, readRequest(schema, input, 'InvalidParameterValue'), request);

/** Each entry has an outcome of its own. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
const batch =
  (run: Run): Run =>
  async (queue, input, request) => {
    const { Entries } = readRequest(
      z.object({ Entries: z.array(z.looseObject({ Id: z.string() })) }),
      input,
      'InvalidParameterValue',
    );
    if (Entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry.');
    if (Entries.length > 10)
      throw new AwsError('TooManyEntriesInBatchRequest', `Maximum number of entries per request are 10.`);
    if (new Set(Entries.map(({ Id }) => Id)).size < Entries.length)
      throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
    const outcomes: { Successful: object[]; Failed: object[] } = { Successful: [], Failed: [] };
    for (const entry of Entries) {
      try {
        outcomes.Successful.push({ Id: entry.Id, ...(await run(queue, entry, request)) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const { name, message: Message, status } = error;
        outcomes.Failed.push({ Id: entry.Id, Code: name, Message, SenderFault: status < 500 });
      }
    }
    return outcomes;
  };

const send = single(message, (queue, input, { principal }) => {
  checkSize(queue, input);
  const { messageId, sequenceNumber } = queue.messages.send({
    body: input.MessageBody,
    attributes: input.MessageAttributes,
    groupId: input.MessageGroupId,
    deduplicationId: input.MessageDeduplicationId,
    senderId: principal.userIdentity.principalId ?? principal.arn,
  });
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(input.MessageBody),
    ...(queue.behaviour.isFifo && { SequenceNumber: sequenceNumber }),
  };
});

const remove = single(handle, ({ messages }, { ReceiptHandle }) => {
  messages.remove(ReceiptHandle);
  return {};
});

const changeVisibility = single(visibility, ({ messages }, { ReceiptHandle, VisibilityTimeout }) => {
  messages.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000);
  return {};
});

const receiveMessages = single(receive, async ({ messages }, input) => {
  const until = Date.now() + input.WaitTimeSeconds * 1000;
  const take = () =>
    messages.receive(
      input.MaxNumberOfMessages,
      input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000,
    );
  let taken = take();
  while (taken.length === 0 && Date.now() < until) {
    const woken = new AbortController();
    const forget = messages.onChange(() => {
      woken.abort();
    });
    await delay(Math.min(until - Date.now(), messages.untilVisible() ?? Infinity), woken.signal);
    forget();
    taken = take();
  }
  const wants = (asked: readonly string[]) => (name: string) => asked.includes('All') || asked.includes(name);
  const system = wants([...input.AttributeNames, ...input.MessageSystemAttributeNames]);
  const own = wants(input.MessageAttributeNames);
  return {
    Messages: taken.map((each) => ({
      MessageId: each.messageId,
      ReceiptHandle: each.receiptHandle,
      Body: each.body,
      MD5OfBody: md5(each.body),
      Attributes: Object.fromEntries(Object.entries(systemAttributes(each)).filter(([name]) => system(name))),
      MessageAttributes: Object.fromEntries(Object.entries(each.attributes).filter(([name]) => own(name))),
    })),
  };
});

const attributes = single(z.object({ AttributeNames: names }), ({ messages, ...queue }, input) => {
  const all = messages.all();
  const invisible = all.filter(({ visibleAt }) => visibleAt > Date.now());
  const delayed = invisible.filter(({ receivedHere }) => receivedHere === 0).length;
  const values = {
    ...queue.attributes,
    ApproximateNumberOfMessages: String(all.length - invisible.length),
    ApproximateNumberOfMessagesNotVisible: String(invisible.length - delayed),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
  const asked = input.AttributeNames;
  return {
    Attributes: Object.fromEntries(
      Object.entries(values).filter(([name]) => asked.includes('All') || asked.includes(name)),
    ),
  };
});

/** Name, the action it needs, the actions on the queue's key, and what it does. Batches need the action of one. */
const OPERATIONS: readonly (readonly [name: string, action: string, onKey: readonly string[], run: Run])[] = [
  ['SendMessage', 'SendMessage', ['GenerateDataKey', 'Decrypt'], send],
  ['SendMessageBatch', 'SendMessage', ['GenerateDataKey', 'Decrypt'], batch(send)],
  ['ReceiveMessage', 'ReceiveMessage', ['Decrypt'], receiveMessages],
  ['DeleteMessage', 'DeleteMessage', [], remove],
  ['DeleteMessageBatch', 'DeleteMessage', [], batch(remove)],
  ['ChangeMessageVisibility', 'ChangeMessageVisibility', [], changeVisibility],
  ['ChangeMessageVisibilityBatch', 'ChangeMessageVisibility', [], batch(changeVisibility)],
  ['GetQueueAttributes', 'GetQueueAttributes', [], attributes],
  ['GetQueueUrl', 'GetQueueUrl', [], ({ url }) => ({ QueueUrl: url })],
];

/** The attributes that SQS itself gives a message. */
export function systemAttributes(received: QueueMessage): Record<string, string> {
  const { groupId, deduplicationId, firstReceivedAt } = received;
  return {
    ApproximateReceiveCount: String(received.receiveCount),
    SentTimestamp: String(received.sentAt),
    SenderId: received.senderId,
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ...(groupId !== undefined && { MessageGroupId: groupId, SequenceNumber: received.sequenceNumber }),
    ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
  };
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
      ...OPERATIONS.map(([name, action, onKey, run]): Operation => ({
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

function checkSize({ attributes: { MaximumMessageSize } }: Queue, sent: z.output<typeof message>): void {
  const parts = Object.entries(sent.MessageAttributes).flatMap(([name, each]) => [
    name,
    each.DataType,
    each.StringValue ?? each.BinaryValue ?? '',
  ]);
  const bytes = [sent.MessageBody, ...parts].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (bytes > Number(MaximumMessageSize))
    throw new AwsError(
      'InvalidParameterValue',
      `One or more parameters are invalid. Reason: Message must be shorter than ${MaximumMessageSize ?? ''} bytes.`,
    );
}
