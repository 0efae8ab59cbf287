import { z } from 'zod';
import type { Deployment, Template } from '../stack/template.ts';
import { type Encrypted, readEncrypted } from './encryption.ts';

/** A topic of a template, with what other resources of it say of the topic. */
export interface DeployedTopic extends Encrypted {
  readonly displayName: string | undefined;
  readonly policy: unknown;
  readonly subscriptions: readonly { readonly protocol: string; readonly endpoint: string }[];
}

const own = z.object({ DisplayName: z.string().optional() });
const policy = z.object({ Topics: z.array(z.string()), PolicyDocument: z.unknown() });
const subscription = z.object({ TopicArn: z.string(), Protocol: z.string(), Endpoint: z.string() });

/** All topics of a template, with the subscriptions that stand beside them. */
export function readTopics(template: Template, deployment: Deployment): readonly DeployedTopic[] {
  const policies = template.resources('AWS::SNS::TopicPolicy').map((id) => template.read(id, policy));
  const subscriptions = template
    .resources('AWS::SNS::Subscription')
    .map((id) => template.read(id, subscription));
  return template.resources('AWS::SNS::Topic').map((id) => {
    const arn = template.reference(id);
    return {
      ...readEncrypted(template, id, arn, deployment),
      displayName: template.read(id, own).DisplayName,
      policy: policies.find(({ Topics }) => Topics.includes(arn))?.PolicyDocument,
      subscriptions: subscriptions
        .filter(({ TopicArn }) => TopicArn === arn)
        .map(({ Protocol, Endpoint }) => ({ protocol: Protocol, endpoint: Endpoint })),
    };
  });
}
