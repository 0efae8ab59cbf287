import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Operation, RecordForm, Request } from '../iam/call.ts';
import { readSentPolicy, type Right, type Statement } from '../iam/iam.ts';
import { operationsOf, type Row } from '../operation.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readRequest } from '../wire/request-shape.ts';
import type { DeployedTopic } from './deployed-topic.ts';
import { customerKey } from './encryption.ts';

/** A subscription of a topic. */
interface Subscription {
  readonly arn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly owner: string;
  /** Mail is confirmed by who reads it. */
  readonly isConfirmed: boolean;
  readonly attributes: ReadonlyMap<string, string>;
}

/** A topic with its attributes, as they were set, and its subscriptions by their ARNs. */
export interface Topic {
  readonly arn: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly statements: readonly Statement[];
  readonly subscriptions: ReadonlyMap<string, Subscription>;
}

/** ARN of the customer's key that encrypts a topic, if any; AWS's own keys need no rights. */
export function keyOf({ arn, attributes: set }: Topic): string | undefined {
  const [, partition = '', , region = '', account = ''] = arn.split(':');
  return customerKey(set.get('KmsMasterKeyId'), { partition, region, account });
}

/** SNS of one account, but for what is published. */
export interface TopicService {
  readonly operations: readonly Operation[];
  readonly add: (topics: readonly DeployedTopic[]) => void;
  /** A topic that was created here, even if it is gone by now. */
  readonly find: (arn: string) => Topic | 'gone' | undefined;
  /** What is there now. */
  readonly state: () => ReadonlyMap<string, unknown>;
}

/** @see https://docs.aws.amazon.com/sns/latest/api/API_SetTopicAttributes.html */
const ATTRIBUTES = [
  ...['ArchivePolicy', 'ContentBasedDeduplication', 'DataProtectionPolicy', 'DeliveryPolicy', 'DisplayName'],
  ...['FifoThroughputScope', 'FifoTopic', 'KmsMasterKeyId', 'Policy', 'SignatureVersion', 'TracingConfig'],
];

const topic = z.object({ TopicArn: z.string() });
const attributes = z.record(z.string(), z.string()).default({});
const setting = z.object({ AttributeName: z.string(), AttributeValue: z.string().default('') });

/** Parameters whose values are named by SNS, as records write them: the outer names alone in lower camel case. */
const recordedOutside: NonNullable<RecordForm['requestParameters']> = (input) =>
  Object.fromEntries(
    Object.entries(input).map(([name, value]) => [name.charAt(0).toLowerCase() + name.slice(1), value]),
  );

/** SNS without a topic. @see https://docs.aws.amazon.com/sns/latest/api/API_Operations.html */
export function topicService({ account, partition }: { account: string; partition: string }): TopicService {
  const topics = new Map<string, Topic | 'gone'>();
  const read = <S extends z.ZodType>(schema: S, { input }: Request) =>
    readRequest(schema, input, 'InvalidParameterException');
  const missing = (what: string) => new AwsError('NotFoundException', `${what} does not exist`, 404);
  const live = (arn: string) => {
    const found = topics.get(arn);
    return found === 'gone' ? undefined : found;
  };
  const asked = (request: Request): Topic => {
    const found = live(read(topic, request).TopicArn);
    if (found) return found;
    throw missing('Topic');
  };
  const change = (of: Topic, changed: Partial<Topic>) => void topics.set(of.arn, { ...of, ...changed });

  const rightOn = (arn: string): Omit<Right, 'action'> => {
    const policy = live(arn)?.statements;
    return { resource: arn, context: { 'aws:ResourceAccount': account }, ...(policy && { policy }) };
  };
  const on = ({ input }: Request) => [rightOn(String(input['TopicArn']))];
  const onSubscribed = ({ input }: Request) => {
    const arn = String(input['SubscriptionArn']);
    return [{ resource: arn.slice(0, arn.lastIndexOf(':')), context: { 'aws:ResourceAccount': account } }];
  };
  const subscribed = (request: Request): readonly [Topic, Subscription] => {
    const { SubscriptionArn } = read(z.object({ SubscriptionArn: z.string() }), request);
    for (const each of topics.values()) {
      const found = each === 'gone' ? undefined : each.subscriptions.get(SubscriptionArn);
      if (each !== 'gone' && found) return [each, found];
    }
    throw missing('Subscription');
  };

  /** What SNS gives a topic that nobody gave a policy. */
  const ownersPolicy = (arn: string) =>
    JSON.stringify({
      Version: '2008-10-17',
      Id: '__default_policy_ID',
      Statement: [
        {
          Sid: '__default_statement_ID',
          Effect: 'Allow',
          Principal: { AWS: '*' },
          Action: [
            ...['SNS:GetTopicAttributes', 'SNS:SetTopicAttributes', 'SNS:AddPermission'],
            ...['SNS:RemovePermission', 'SNS:DeleteTopic', 'SNS:Subscribe'],
            ...['SNS:ListSubscriptionsByTopic', 'SNS:Publish'],
          ],
          Resource: arn,
          Condition: { StringEquals: { 'AWS:SourceOwner': account } },
        },
      ],
    });
  const policyOf = (text: string) => readSentPolicy(text, 'InvalidParameterException');
  const shown = ({ arn, attributes: set, subscriptions }: Topic) => {
    const all = [...subscriptions.values()];
    return new Map([
      ['TopicArn', arn],
      ['Owner', account],
      ['SubscriptionsConfirmed', String(all.filter(({ isConfirmed }) => isConfirmed).length)],
      ['SubscriptionsPending', String(all.filter(({ isConfirmed }) => !isConfirmed).length)],
      ['SubscriptionsDeleted', '0'],
      ['DisplayName', ''],
      ...set,
    ]);
  };
  const checkNames = (given: Readonly<Record<string, string>>) => {
    const unknown = Object.keys(given).find((name) => !ATTRIBUTES.includes(name));
    if (unknown !== undefined)
      throw new AwsError('InvalidParameterException', `Invalid parameter: AttributeName ${unknown}`);
  };
  const subscription = (arn: string, given: Omit<Subscription, 'arn' | 'owner'>): Subscription => ({
    ...given,
    arn: `${arn}:${randomUUID()}`,
    owner: account,
  });
  const recorded: Partial<RecordForm> = {
    requestParameters: recordedOutside,
    resources: ({ input }) => [{ type: 'AWS::SNS::Topic', ARN: String(input['TopicArn']) }],
  };

  const rows: readonly Row[] = [
    {
      name: 'CreateTopic',
      changes: {
        requestParameters: recordedOutside,
        responseElements: (output) => ({
          topicArn: z.object({ TopicArn: z.string() }).parse(output).TopicArn,
        }),
      },
      on: ({ input, region }) => [
        { resource: `arn:${partition}:sns:${region}:${account}:${String(input['Name'])}` },
      ],
      run: (request) => {
        const { Name, Attributes: given } = read(
          z.object({ Name: z.string().regex(/^[\w-]{1,251}(?:\.fifo)?$/), Attributes: attributes }),
          request,
        );
        checkNames(given);
        const arn = `arn:${partition}:sns:${request.region}:${account}:${Name}`;
        const before = live(arn);
        const differs = Object.entries(given).some(([name, value]) => before?.attributes.get(name) !== value);
        if (before && differs)
          throw new AwsError(
            'InvalidParameterException',
            'Invalid parameter: Attributes Reason: Topic already exists with different attributes',
          );
        if (!before) {
          const policy = given['Policy'] ?? ownersPolicy(arn);
          topics.set(arn, {
            arn,
            attributes: new Map([...Object.entries(given), ['Policy', policy]]),
            statements: policyOf(policy),
            subscriptions: new Map(),
          });
        }
        return { TopicArn: arn };
      },
    },
    {
      name: 'DeleteTopic',
      changes: recorded,
      on,
      run: (request) => {
        const arn = read(topic, request).TopicArn;
        if (topics.has(arn)) topics.set(arn, 'gone');
        return {};
      },
    },
    { name: 'GetTopicAttributes', on, run: (request) => ({ Attributes: shown(asked(request)) }) },
    {
      name: 'SetTopicAttributes',
      changes: recorded,
      on,
      run: (request) => {
        const found = asked(request);
        const { AttributeName: name, AttributeValue: value } = read(setting, request);
        checkNames({ [name]: value });
        const changed = new Map(found.attributes);
        if (value === '') changed.delete(name);
        else changed.set(name, value);
        change(found, {
          attributes: changed,
          ...(name === 'Policy' && { statements: policyOf(value) }),
        });
        return {};
      },
    },
    {
      name: 'ListTopics',
      on: () => [{ resource: '*' }],
      run: ({ region }) => ({
        Topics: [...topics]
          .filter(([arn, each]) => each !== 'gone' && arn.startsWith(`arn:${partition}:sns:${region}:`))
          .map(([TopicArn]) => ({ TopicArn })),
      }),
    },
    {
      name: 'ListSubscriptionsByTopic',
      on,
      run: (request) => {
        const { arn: TopicArn, subscriptions } = asked(request);
        return {
          Subscriptions: [...subscriptions.values()].map(
            ({ arn, protocol, endpoint, owner, isConfirmed }) => ({
              SubscriptionArn: isConfirmed ? arn : 'PendingConfirmation',
              Owner: owner,
              Protocol: protocol,
              Endpoint: endpoint,
              TopicArn,
            }),
          ),
        };
      },
    },
    {
      name: 'Subscribe',
      changes: {
        ...recorded,
        responseElements: (output) => ({
          subscriptionArn: z.object({ SubscriptionArn: z.string() }).parse(output).SubscriptionArn,
        }),
      },
      on,
      run: (request) => {
        const found = asked(request);
        const given = read(
          z.object({
            Protocol: z.string(),
            Endpoint: z.string(),
            Attributes: attributes,
            ReturnSubscriptionArn: z.string().optional(),
          }),
          request,
        );
        const same = [...found.subscriptions.values()].find(
          ({ protocol, endpoint }) => protocol === given.Protocol && endpoint === given.Endpoint,
        );
        const made =
          same ??
          subscription(found.arn, {
            protocol: given.Protocol,
            endpoint: given.Endpoint,
            isConfirmed: ['lambda', 'sqs', 'firehose'].includes(given.Protocol),
            attributes: new Map(Object.entries(given.Attributes)),
          });
        change(found, { subscriptions: new Map(found.subscriptions).set(made.arn, made) });
        const isShown = made.isConfirmed || given.ReturnSubscriptionArn === 'true';
        return { SubscriptionArn: isShown ? made.arn : 'pending confirmation' };
      },
    },
    {
      name: 'Unsubscribe',
      changes: { requestParameters: recordedOutside },
      on: onSubscribed,
      run: (request) => {
        const [found, { arn }] = subscribed(request);
        const left = new Map(found.subscriptions);
        left.delete(arn);
        change(found, { subscriptions: left });
        return {};
      },
    },
    {
      name: 'GetSubscriptionAttributes',
      on: onSubscribed,
      run: (request) => {
        const [found, { arn, protocol, endpoint, owner, isConfirmed, attributes: set }] = subscribed(request);
        return {
          Attributes: new Map([
            ['SubscriptionArn', arn],
            ['TopicArn', found.arn],
            ['Owner', owner],
            ['Protocol', protocol],
            ['Endpoint', endpoint],
            ['PendingConfirmation', String(!isConfirmed)],
            ['RawMessageDelivery', 'false'],
            ...set,
          ]),
        };
      },
    },
    {
      name: 'SetSubscriptionAttributes',
      changes: { requestParameters: recordedOutside },
      on: onSubscribed,
      run: (request) => {
        const [found, each] = subscribed(request);
        const { AttributeName, AttributeValue } = read(setting, request);
        const changed = new Map(each.attributes).set(AttributeName, AttributeValue);
        change(found, {
          subscriptions: new Map(found.subscriptions).set(each.arn, { ...each, attributes: changed }),
        });
        return {};
      },
    },
  ];

  return {
    operations: operationsOf(
      {
        prefix: 'sns',
        denied: { name: 'AuthorizationErrorException', status: 403 },
        statuses: { InternalErrorException: 500, ThrottledException: 429, NotFoundException: 404 },
      },
      rows,
    ),
    add: (added) => {
      for (const { arn, keyArn, policy, displayName, subscriptions } of added) {
        const text = policy === undefined ? ownersPolicy(arn) : JSON.stringify(policy);
        const made = subscriptions.map((each) =>
          subscription(arn, { ...each, isConfirmed: true, attributes: new Map() }),
        );
        topics.set(arn, {
          arn,
          attributes: new Map([
            ['Policy', text],
            ...(displayName !== undefined ? [['DisplayName', displayName] as const] : []),
            ...(keyArn !== undefined ? [['KmsMasterKeyId', keyArn] as const] : []),
          ]),
          statements: policyOf(text),
          subscriptions: new Map(made.map((each) => [each.arn, each])),
        });
      }
    },
    find: (arn) => topics.get(arn),
    state: () =>
      new Map(
        [...topics].map(([arn, found]) => [
          arn,
          found === 'gone'
            ? found
            : {
                ...found,
                subscriptions: [...found.subscriptions.values()].map((each) => ({ ...each, arn: undefined })),
              },
        ]),
      ),
  };
}
