import { createHash, randomUUID } from 'node:crypto';
import { AwsError } from '../wire/aws-error.ts';

/** How a queue behaves; times in ms. */
export interface QueueBehaviour {
  readonly isFifo: boolean;
  readonly contentBasedDeduplication: boolean;
  readonly delayMs: number;
  readonly visibilityMs: number;
  readonly retentionMs: number;
  /** Receives after which a message goes to the dead-letter queue in place of the next one. */
  readonly maxReceiveCount: number;
}

/** An attribute that a sender gave its message. */
export interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string | undefined;
  /** Base64. */
  readonly BinaryValue?: string | undefined;
}

/** A message on its way into a queue. */
export interface SentMessage {
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly senderId: string;
}

/** A message in a queue; times in ms since 1970. */
export interface QueueMessage extends SentMessage {
  readonly messageId: string;
  readonly sequenceNumber: string;
  readonly sentAt: number;
  readonly firstReceivedAt: number | undefined;
  /** Across all queues. */
  readonly receiveCount: number;
  readonly receivedHere: number;
  readonly visibleAt: number;
  /** Of the last receive. */
  readonly receiptHandle: string;
}

/** The messages of one queue. */
export interface QueueMessages {
  /** Throws AwsError where a FIFO queue is not told group and deduplication id, or another is told a group. */
  readonly send: (message: SentMessage) => Pick<QueueMessage, 'messageId' | 'sequenceNumber'>;
  /** Takes over what another queue could not get rid of. */
  readonly takeOver: (message: QueueMessage) => void;
  /** So many messages at most, of one message group, that stay invisible for so long. */
  readonly receive: (most: number, visibilityMs?: number) => readonly QueueMessage[];
  readonly remove: (receiptHandle: string) => void;
  /** Throws all messages away. */
  readonly purge: () => void;
  readonly changeVisibility: (receiptHandle: string, visibilityMs: number) => void;
  readonly all: () => readonly QueueMessage[];
  /** In how many ms something may become visible by itself; undefined if nothing will. */
  readonly untilVisible: () => number | undefined;
  /** `listener` is told whenever a call may have made something receivable, until what is returned is called. */
  readonly onChange: (listener: () => void) => () => void;
}

/** What becomes of messages that a queue lets go. */
export interface Exits {
  readonly toDeadLetters: (message: QueueMessage) => void;
  readonly expired: (message: QueueMessage) => void;
}

/** @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-exactly-once-processing.html */
const DEDUPLICATION_MS = 300_000;

/** MD5 of a text as SQS gives it. */
export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/**
 * SQS's way with messages. In a FIFO queue those of a group stay in order: while one of them is invisible, the group waits.
 * What was received as often as it may goes to the dead-letter queue in place of the next receive; what is older than the
 * retention is gone. The behaviour may change on the way, but for being FIFO.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
 */
export function queueMessages(
  behaviour: QueueBehaviour,
  exits: Exits,
  now: () => number = Date.now,
): QueueMessages {
  const { isFifo } = behaviour;
  let messages: readonly QueueMessage[] = [];
  let sequence = 0n;
  const known = new Map<string, Pick<QueueMessage, 'messageId' | 'sequenceNumber' | 'sentAt'>>();
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };

  const expire = () => {
    const old = messages.filter(({ sentAt }) => sentAt + behaviour.retentionMs <= now());
    messages = messages.filter((message) => !old.includes(message));
    old.forEach(exits.expired);
  };
  const nextNumber = () => String((sequence += 1n)).padStart(20, '0');
  const replace = (message: QueueMessage) => {
    messages = messages.map((each) => (each.messageId === message.messageId ? message : each));
    return message;
  };
  const drop = ({ messageId }: QueueMessage) => {
    messages = messages.filter((each) => each.messageId !== messageId);
  };
  const held = (receiptHandle: string) => {
    expire();
    return messages.find((message) => message.receiptHandle === receiptHandle);
  };

  /** The first message that may be received, with those of its group behind it. */
  const nextGroup = (): readonly QueueMessage[] => {
    const visible = ({ visibleAt }: QueueMessage) => visibleAt <= now();
    if (!isFifo) return messages.filter(visible);
    const waiting = new Set(messages.filter((each) => !visible(each)).map(({ groupId }) => groupId));
    const first = messages.find(({ groupId }) => !waiting.has(groupId));
    return first ? messages.filter(({ groupId }) => groupId === first.groupId) : [];
  };

  const deduplicate = (message: SentMessage): string => {
    const { groupId, deduplicationId, body } = message;
    if (groupId === undefined) throw missing('MessageGroupId');
    const id =
      deduplicationId ??
      (behaviour.contentBasedDeduplication ? createHash('sha256').update(body).digest('hex') : undefined);
    if (id === undefined)
      throw new AwsError(
        'InvalidParameterValue',
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
      );
    return id;
  };

  return {
    send: (message) => {
      const id = isFifo ? deduplicate(message) : undefined;
      const before = id === undefined ? undefined : known.get(id);
      if (before && before.sentAt + DEDUPLICATION_MS > now()) return before;
      const accepted = { messageId: randomUUID(), sequenceNumber: nextNumber(), sentAt: now() };
      if (id !== undefined) known.set(id, accepted);
      const counts = { firstReceivedAt: undefined, receiveCount: 0, receivedHere: 0, receiptHandle: '' };
      messages = [
        ...messages,
        { ...message, deduplicationId: id, ...accepted, ...counts, visibleAt: now() + behaviour.delayMs },
      ];
      changed();
      return accepted;
    },
    takeOver: (message) => {
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
      const sentAt = isFifo ? now() : message.sentAt;
      const fresh = { sequenceNumber: nextNumber(), receivedHere: 0, receiptHandle: '', visibleAt: now() };
      messages = [...messages, { ...message, ...fresh, sentAt }];
      changed();
    },
    receive: (most, visibilityMs = behaviour.visibilityMs) => {
      expire();
      for (;;) {
        const group = nextGroup();
        const spent = group.filter(({ receivedHere }) => receivedHere >= behaviour.maxReceiveCount);
        for (const message of spent) {
          drop(message);
          exits.toDeadLetters(message);
        }
        if (spent.length > 0) continue;
        return group.slice(0, most).map((message) =>
          replace({
            ...message,
            firstReceivedAt: message.firstReceivedAt ?? now(),
            receiveCount: message.receiveCount + 1,
            receivedHere: message.receivedHere + 1,
            visibleAt: now() + visibilityMs,
            receiptHandle: randomUUID(),
          }),
        );
      }
    },
    remove: (receiptHandle) => {
      const message = held(receiptHandle);
      if (!message) return;
      if (isFifo && message.visibleAt <= now())
        throw new AwsError(
          'InvalidParameterValue',
          `Value ${receiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
        );
      drop(message);
      changed();
    },
    purge: () => {
      messages = [];
      changed();
    },
    changeVisibility: (receiptHandle, visibilityMs) => {
      const message = held(receiptHandle);
      if (!message || message.visibleAt <= now())
        throw new AwsError('MessageNotInflight', 'The message referred to is not in flight.');
      replace({ ...message, visibleAt: now() + visibilityMs });
      changed();
    },
    all: () => {
      expire();
      return messages;
    },
    untilVisible: () => {
      const waits = messages.map(({ visibleAt }) => visibleAt - now()).filter((wait) => wait > 0);
      return waits.length > 0 ? Math.min(...waits) : undefined;
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const missing = (parameter: string) =>
  new AwsError('MissingParameter', `The request must contain the parameter ${parameter}.`);
