import { z } from 'zod';
import { readTemplate } from '../../../../local/aws/stack/template.ts';

const deployment = {
  account: '123456789012',
  region: 'us-east-1',
  partition: 'aws',
  stackName: 'guard',
  parameters: { Stage: 'prod' },
};
const anyValue = z.object({ Value: z.unknown() });

function resolve(Value: unknown) {
  const template = readTemplate(
    {
      Parameters: {
        Stage: { Type: 'String', Default: 'dev' },
        Mail: { Type: 'String' },
        Days: { Type: 'Number', Default: 90 },
      },
      Conditions: {
        Prod: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
        NotProd: { 'Fn::Not': [{ Condition: 'Prod' }] },
        Both: { 'Fn::And': [{ Condition: 'Prod' }, { Condition: 'NotProd' }] },
        Either: { 'Fn::Or': [{ Condition: 'Prod' }, { Condition: 'NotProd' }] },
      },
      Mappings: { Keep: { prod: { Days: 365 } } },
      Resources: {
        Asked: { Type: 'Custom::Asked', Properties: { Value, Unused: { 'Fn::ImportValue': 'x' } } },
        Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: { 'Fn::Sub': 'alerts-${Stage}' } } },
        Queue: { Type: 'AWS::SQS::Queue' },
        Role: { Type: 'AWS::IAM::Role', Properties: { RoleName: 'healer', Path: '/guard/' } },
        DevOnly: { Type: 'AWS::SNS::Topic', Condition: 'NotProd' },
        Mystery: { Type: 'AWS::Mystery::Thing' },
      },
    },
    deployment,
  );
  return template.read('Asked', anyValue).Value;
}

test.each<[string, unknown, unknown]>([
  ['a literal', { a: [1, 'b', false] }, { a: [1, 'b', false] }],
  ['a given parameter', { Ref: 'Stage' }, 'prod'],
  ['a default', { Ref: 'Days' }, 90],
  ['pseudo parameters', [{ Ref: 'AWS::Region' }, { Ref: 'AWS::AccountId' }], ['us-east-1', '123456789012']],
  ['no value, in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['no value, in a list', [{ Ref: 'AWS::NoValue' }, 2], [2]],
  ['the reference of a topic', { Ref: 'Topic' }, 'arn:aws:sns:us-east-1:123456789012:alerts-prod'],
  [
    'the ARN of a role with a path',
    { 'Fn::GetAtt': ['Role', 'Arn'] },
    'arn:aws:iam::123456789012:role/guard/healer',
  ],
  ['an attribute in short form', { 'Fn::GetAtt': 'Topic.TopicName' }, 'alerts-prod'],
  [
    'a substitution',
    { 'Fn::Sub': '${AWS::Partition}/${Stage}/${Role.Arn}/${!Literal}' },
    'aws/prod/arn:aws:iam::123456789012:role/guard/healer/${Literal}',
  ],
  ['a substitution with variables', { 'Fn::Sub': ['${A}-${Stage}', { A: { Ref: 'Days' } }] }, '90-prod'],
  ['a join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }]] }, 'a-prod'],
  ['a choice of a split', { 'Fn::Select': [1, { 'Fn::Split': ['-', 'a-b-c'] }] }, 'b'],
  ['a condition that holds', { 'Fn::If': ['Prod', 'yes', { Ref: 'Nothing' }] }, 'yes'],
  ['a condition that does not', { 'Fn::If': ['NotProd', 'yes', 'no'] }, 'no'],
  ['both conditions', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  ['either condition', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
  ['a mapping', { 'Fn::FindInMap': ['Keep', { Ref: 'Stage' }, 'Days'] }, 365],
  [
    'the Condition of an IAM statement',
    { Condition: { Bool: { a: 'true' } } },
    { Condition: { Bool: { a: 'true' } } },
  ],
])('%s resolves', (_case, expression, expected) => {
  expect(resolve(expression)).toEqual(expected);
});

test('a queue without a name gets one of its stack', () => {
  expect(resolve({ 'Fn::GetAtt': ['Queue', 'Arn'] })).toMatch(
    /^arn:aws:sqs:us-east-1:123456789012:guard-Queue-[0-9A-F]{12}$/,
  );
});

test.each<[string, unknown, string]>([
  ['a parameter without a value', { Ref: 'Mail' }, 'Asked.Value: cannot resolve {"Ref":"Mail"}'],
  ['an unknown reference', { a: { Ref: 'Nobody' } }, 'Asked.Value.a: cannot resolve "Nobody"'],
  ['a resource whose condition does not hold', { Ref: 'DevOnly' }, 'cannot resolve "DevOnly"'],
  ['an unknown function', { 'Fn::ImportValue': 'x' }, 'Asked.Value: cannot resolve {"Fn::ImportValue":"x"}'],
  ['a resource of an unknown type', { Ref: 'Mystery' }, 'Mystery: Ref of AWS::Mystery::Thing is not known'],
  [
    'an unknown attribute',
    { 'Fn::GetAtt': ['Topic', 'Colour'] },
    'Topic: Colour of AWS::SNS::Topic is not known',
  ],
])('%s is an error that names it', (_case, expression, message) => {
  expect(() => resolve(expression)).toThrow(message);
});
