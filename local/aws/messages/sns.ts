import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import type { Operation } from '../iam/call.ts';
import type { Right } from '../iam/iam.ts';
import type { KeyService } from '../kms/kms.ts';
import type { Fields } from '../wire/request-shape.ts';
import { readRequest } from '../wire/request-shape.ts';
import { keyOf, type TopicService } from './topics.ts';

/** A published message. */
export interface Message {
  readonly messageId: string;
  readonly topicArn: string;
  readonly subject: string | undefined;
  readonly message: string;
  /** `json`: the message is an object with a text per protocol. */
  readonly structure: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
}

/**
 * What a subscriber of a protocol gets.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function bodyFor(protocol: string, { message, structure }: Message): string {
  if (structure !== 'json') return message;
  const bodies = z.record(z.string(), z.unknown()).parse(JSON.parse(message));
  const own = bodies[protocol];
  return typeof own === 'string' ? own : String(bodies['default']);
}

const attribute = z.object({
  DataType: z.string().min(1),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});
const publishRequest = z.object({
  TopicArn: z.string('TopicArn is required'),
  Message: z.string().min(1, 'Empty message'),
  Subject: z
    .string()
    .regex(/^[\x21-\x7e][\x20-\x7e]{0,98}$/, 'Subject must be 1 to 99 printable ASCII characters on one line')
    .optional(),
  MessageStructure: z.literal('json').optional(),
  MessageAttributes: z.record(z.string(), attribute).default({}),
});

const mostBytes = 262_144;
const wireStatus: Readonly<Record<string, number>> = {
  InternalErrorException: 500,
  NotFoundException: 404,
  AuthorizationErrorException: 403,
  ThrottledException: 429,
  InvalidSecurityException: 403,
};

/**
 * SNS' Publish. Throws `NotFoundException` for topics that are not there, `InvalidParameterException` for what the service
 * would refuse: an empty message, one of more than 262,144 bytes with its attributes, a subject that is not 1–99 printable
 * ASCII characters, a `json` structure without a default text; and `KMSDisabledException`, `KMSInvalidStateException` or
 * `KMSNotFoundException` where the topic's key cannot be used.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
 */
export function publishOperation(
  find: TopicService['find'],
  findKey: KeyService['find'],
  messages: Message[],
): Operation {
  const topicOf = (input: Fields) => {
    const topic = find(String(input['TopicArn']));
    return topic === 'gone' ? undefined : topic;
  };
  /** Keys that nobody has created here are taken to be there, and to leave their use to IAM. */
  const onKey = (resource: string): Omit<Right, 'action'> => {
    const key = findKey(resource);
    if (!key || key === 'gone') return { resource };
    return { resource, policy: key.statements, isPolicyDecisive: true };
  };
  const refuseUnusable = (keyArn: string) => {
    const key = findKey(keyArn);
    if (key === 'gone') throw new AwsError('KMSNotFoundException', `Key '${keyArn}' does not exist`);
    if (key?.state === 'Disabled') throw new AwsError('KMSDisabledException', `${keyArn} is disabled.`);
    if (key?.state === 'PendingDeletion')
      throw new AwsError('KMSInvalidStateException', `${keyArn} is pending deletion.`);
  };
  return {
    name: 'Publish',
    mutating: false,
    perSecond: undefined,
    rights: ({ input, region }) => {
      const topic = topicOf(input);
      const keyArn = topic && keyOf(topic);
      // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
      const context = { 'kms:ViaService': `sns.${region}.amazonaws.com` };
      const withKey: readonly Right[] =
        keyArn === undefined
          ? []
          : [
              { action: 'kms:GenerateDataKey', ...onKey(keyArn), context },
              { action: 'kms:Decrypt', ...onKey(keyArn), context },
            ];
      const policy = topic?.statements ?? [];
      return [{ action: 'sns:Publish', resource: String(input['TopicArn']), policy }, ...withKey];
    },
    denial: ({ principal }, { action, resource }) =>
      new AwsError(
        action.startsWith('kms:') ? 'KMSAccessDeniedException' : 'AuthorizationErrorException',
        `User: ${principal.arn} is not authorized to perform: ${action.replace('sns:', 'SNS:')} on resource: ${resource}`,
        action.startsWith('kms:') ? 400 : 403,
      ),
    failure: (fault) => new AwsError(fault, `${fault} was injected into Publish.`, wireStatus[fault]),
    run: ({ input }) => {
      const request = readRequest(publishRequest, input, 'InvalidParameterException');
      const topic = topicOf(input);
      if (!topic) throw new AwsError('NotFoundException', 'Topic does not exist', 404);
      const keyArn = keyOf(topic);
      if (keyArn !== undefined) refuseUnusable(keyArn);
      const attributes = Object.fromEntries(
        Object.entries(request.MessageAttributes).map(([name, { StringValue, BinaryValue }]) => [
          name,
          StringValue ?? BinaryValue ?? '',
        ]),
      );
      checkSize(request.Message, request.MessageAttributes);
      if (request.MessageStructure) checkJsonStructure(request.Message);
      const messageId = randomUUID();
      messages.push({
        messageId,
        topicArn: request.TopicArn,
        subject: request.Subject,
        message: request.Message,
        structure: request.MessageStructure,
        attributes,
        at: performance.now(),
      });
      return { MessageId: messageId };
    },
  };
}

function checkSize(message: string, attributes: Readonly<Record<string, z.infer<typeof attribute>>>): void {
  const parts = Object.entries(attributes).flatMap(([name, each]) => [
    name,
    each.DataType,
    each.StringValue ?? each.BinaryValue ?? '',
  ]);
  const bytes = [message, ...parts].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (bytes > mostBytes)
    throw new AwsError('InvalidParameterException', 'Invalid parameter: Message too long');
  const empty = Object.values(attributes).some(
    ({ StringValue, BinaryValue }) => !StringValue && !BinaryValue,
  );
  if (empty) throw new AwsError('InvalidParameterValueException', 'A message attribute must have a value.');
}

function checkJsonStructure(message: string): void {
  const text = z.string().transform((json, context) => {
    try {
      return z.unknown().parse(JSON.parse(json));
    } catch {
      context.addIssue('Invalid parameter: Message Structure - JSON message body failed to parse');
      return z.NEVER;
    }
  });
  readRequest(
    text.pipe(z.object({ default: z.string('Message Structure - No default entry in JSON message body') })),
    message,
    'InvalidParameterException',
  );
}
