import { asText } from '../../foreign/values.ts';
import { letsService, locksOut } from '../policy-effect.ts';
import { policyField } from '../policy-field.ts';
import {
  isEqual,
  type DeclaredResource,
  type FieldRule,
  inTurn,
  normal,
  type ResourceKind,
  type ResourceRepair,
} from '../resource.ts';

/** An attribute is put back by writing it; one that was declared not to be there, by writing nothing. */
function write({ name }: DeclaredResource, AttributeName: string, value: unknown): ResourceRepair {
  return {
    kind: 'SetTopicAttributes',
    name,
    input: { TopicArn: name, AttributeName, AttributeValue: asText(value) ?? '' },
    sets: { [AttributeName]: value },
  };
}

const attribute = (name: string): Pick<FieldRule, 'repair'> => ({
  repair: (topic) => [write(topic, name, topic.fields[name] ?? undefined)],
});

const shortName = (arn: string): string => arn.slice(arn.lastIndexOf(':') + 1);

const bareKey = (value: unknown): unknown => (asText(value) ?? '').replace(/^.*:key\//, '');

/**
 * Topics: a trail says on one that it delivered. One that was deleted is made anew; whoever subscribed to it has to do so again.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-permissions-for-sns-notifications.html
 */
export const topic: ResourceKind = {
  noun: 'topic',
  source: 'sns.amazonaws.com',
  arn: ({ name }) => name,
  // https://docs.aws.amazon.com/sns/latest/dg/logging-using-cloudtrail.html
  tamperings: {
    CreateTopic: { deed: 'created', story: 'was created', part: 'all', harm: 'minor' },
    DeleteTopic: { deed: 'deleted', story: 'was DELETED', part: 'all', harm: 'delayed' },
    SetTopicAttributes: { deed: 'changed', story: 'had an ATTRIBUTE changed', part: 'all', harm: 'delayed' },
    AddPermission: {
      deed: 'policy widened',
      story: 'had its POLICY widened',
      part: 'Policy',
      harm: 'exposed',
    },
    RemovePermission: {
      deed: 'policy narrowed',
      story: 'had its POLICY narrowed',
      part: 'Policy',
      harm: 'delayed',
    },
    Subscribe: { deed: 'subscribed to', story: 'was SUBSCRIBED to', part: 'subscriptions', harm: 'minor' },
    Unsubscribe: {
      deed: 'unsubscribed from',
      story: 'lost a SUBSCRIPTION',
      part: 'subscriptions',
      harm: 'delayed',
    },
    SetSubscriptionAttributes: {
      deed: 'subscription changed',
      story: 'had a SUBSCRIPTION changed',
      part: 'subscriptions',
      harm: 'delayed',
    },
    PutDataProtectionPolicy: {
      deed: 'data protection changed',
      story: 'had its DATA PROTECTION POLICY changed',
      part: 'dataProtection',
      harm: 'delayed',
    },
  },
  lost: 'its subscriptions are LOST, subscribe again',
  naming: ['topicArn', 'name', 'subscriptionArn', 'resourceArn'],
  names: ({ name }) => [name, shortName(name)],
  // Its subscriptions.
  prefixes: ({ name }) => [`${name}:`],
  create: (declared) => {
    const { name, fields } = declared;
    const Name = shortName(name);
    const fifo = Name.endsWith('.fifo') ? { FifoTopic: 'true' } : {};
    const made = (sets: Readonly<Record<string, string>>): ResourceRepair => ({
      kind: 'CreateTopic',
      name,
      input: { Name, Attributes: { ...fifo, ...sets } },
      sets,
      founds: true,
    });
    const KmsMasterKeyId = asText(fields['KmsMasterKeyId']);
    // Without one, SNS gives it a policy of its own, which would stay beside what is declared.
    const wanted = fields['Policy'];
    const text = asText(wanted) ?? (wanted ? JSON.stringify(wanted) : undefined);
    const policy = text === undefined ? {} : { Policy: text };
    const choices = [...(KmsMasterKeyId ? [{ KmsMasterKeyId, ...policy }] : []), policy, {}];
    return inTurn(choices.map(made))[0];
  },
  fields: {
    Policy: policyField({
      field: 'Policy',
      harm: 'delayed',
      changing: ['sns:DeleteTopic', 'sns:SetTopicAttributes', 'sns:RemovePermission'],
      // How large SNS lets one get is unverified: what it refuses is asked for with less.
      most: 30_720,
      write: (resource, text) => write(resource, 'Policy', text),
      isSound: (policy, { name, trails }, home) =>
        !locksOut(policy, 'sns:SetTopicAttributes', home, false) &&
        (trails.length === 0 ||
          letsService(policy, 'cloudtrail.amazonaws.com', 'sns:Publish', name, {
            'aws:sourceaccount': home.account,
          })),
    }),
    KmsMasterKeyId: {
      mayBeAbsent: true,
      harm: 'delayed',
      grade: (_declared, found) => (normal(found) === undefined ? 'minor' : 'delayed'),
      // Declared by its id or its ARN, it is the same key.
      isAsGood: (declared, found) => isEqual(bareKey(declared), bareKey(found)),
      ...attribute('KmsMasterKeyId'),
    },
    DeliveryPolicy: { mayBeAbsent: true, harm: 'delayed', ...attribute('DeliveryPolicy') },
  },
};
