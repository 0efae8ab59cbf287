import { ask } from '../raw.ts';

/** What the cases use beside trails, by the names that it has on each candidate. */
export const RESOURCES = {
  queue: 'conformance-queue.fifo',
  table: 'conformance-ledger',
  role: 'conformance-role',
  user: 'conformance-user',
  policy: 'conformance-policy',
} as const;

/** The attribute by which items of the table expire. */
export const EXPIRY = 'expires';

/** The stack that every candidate gets, by CloudFormation: whoever adds cases adds here what they need. */
export const TEMPLATE = {
  Resources: {
    Queue: {
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: RESOURCES.queue, FifoQueue: true, ContentBasedDeduplication: true },
    },
    Table: {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        TableName: RESOURCES.table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: ['kind', 'id'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
        KeySchema: [
          { AttributeName: 'kind', KeyType: 'HASH' },
          { AttributeName: 'id', KeyType: 'RANGE' },
        ],
        TimeToLiveSpecification: { AttributeName: EXPIRY, Enabled: true },
      },
    },
    Role: {
      Type: 'AWS::IAM::Role',
      Properties: {
        RoleName: RESOURCES.role,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Service: 'lambda.amazonaws.com' },
              Action: 'sts:AssumeRole',
            },
          ],
        },
      },
    },
    User: { Type: 'AWS::IAM::User', Properties: { UserName: RESOURCES.user } },
    Policy: {
      Type: 'AWS::IAM::ManagedPolicy',
      Properties: {
        ManagedPolicyName: RESOURCES.policy,
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Deny', Action: 'cloudtrail:StopLogging', Resource: '*' }],
        },
      },
    },
  },
};

const STACK = 'conformance';

const cloudFormation = (endpoint: string, Action: string, more: Readonly<Record<string, string>> = {}) =>
  ask(endpoint, {
    service: 'cloudformation',
    form: { Action, Version: '2010-05-15', StackName: STACK, ...more },
  });

/** Creates the stack at an endpoint. Throws an Error where it is not complete at once: emulators do not take their time. */
export async function createStack(endpoint: string): Promise<void> {
  await cloudFormation(endpoint, 'CreateStack', {
    TemplateBody: JSON.stringify(TEMPLATE),
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
  });
  const described = await cloudFormation(endpoint, 'DescribeStacks');
  if (!described.includes('<StackStatus>CREATE_COMPLETE<'))
    throw new Error(`The stack of the cases is not there: ${described.slice(0, 300)}`);
}

/** Takes the stack away again. */
export async function deleteStack(endpoint: string): Promise<void> {
  await cloudFormation(endpoint, 'DeleteStack');
}
