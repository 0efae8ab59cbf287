import type { Operation } from '../../../../local/aws/iam/call.ts';
import { AwsError } from '../../../../local/aws/wire/aws-error.ts';
import type { Asked } from '../../../../local/aws/wire/exchange.ts';
import { jsonProtocol } from '../../../../local/aws/wire/json-protocol.ts';
import type { Protocol } from '../../../../local/aws/wire/protocol.ts';
import { queryProtocol } from '../../../../local/aws/wire/query-protocol.ts';
import { restJsonProtocol } from '../../../../local/aws/wire/rest-json-protocol.ts';

const operation = (name: string): Operation => ({
  name,
  mutating: false,
  perSecond: undefined,
  rights: () => [],
  denial: () => new AwsError('AccessDenied', name),
  failure: (fault) => new AwsError(fault, name),
  run: () => ({}),
});

const asked = (more: Partial<Asked>): Asked => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: {},
  body: '',
  ...more,
});

const target = (name: string, body = '{}') => asked({ headers: { 'x-amz-target': name }, body });
const json = jsonProtocol('TrentService', [operation('DisableKey')]);
const form = queryProtocol('urn:example', [operation('CreateTopic')]);
const rest = restJsonProtocol([
  ['GET', '/2015-03-31/functions/{FunctionName}/concurrency', operation('GetFunctionConcurrency')],
  ['PUT', '/2015-03-31/functions/{FunctionName}/concurrency', operation('PutFunctionConcurrency')],
]);

const read = (protocol: Protocol, request: Asked) => {
  const understood = protocol.read(request);
  return [understood.operation.name, understood.input];
};

test.each<[string, Protocol, Asked, string, object]>([
  ['a target', json, target('TrentService.DisableKey', '{"KeyId":"1"}'), 'DisableKey', { KeyId: '1' }],
  ['a target with a namespace', json, target('com.amazonaws.TrentService.DisableKey'), 'DisableKey', {}],
  [
    'a form with a list, a map, structures and an empty text',
    form,
    asked({
      body:
        'Action=CreateTopic&Version=1&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c&' +
        'Attributes.entry.1.key=Policy&Attributes.entry.1.value=%7B%7D&A.B.C=1&Empty=&' +
        'M.entry.1.Name=n&M.entry.1.Value.DataType=String',
    }),
    'CreateTopic',
    {
      Tags: [{ Key: 'a', Value: 'b' }, { Key: 'c' }],
      Attributes: { Policy: '{}' },
      A: { B: { C: '1' } },
      Empty: '',
      M: { n: { DataType: 'String' } },
    },
  ],
  [
    'a method and a path',
    rest,
    asked({
      method: 'PUT',
      path: '/2015-03-31/functions/arn%3Aaws%3Alambda/concurrency',
      query: new URLSearchParams('Qualifier=live&id=1&id=2'),
      body: '{"ReservedConcurrentExecutions":1}',
    }),
    'PutFunctionConcurrency',
    { FunctionName: 'arn:aws:lambda', Qualifier: 'live', id: ['1', '2'], ReservedConcurrentExecutions: 1 },
  ],
])('%s is understood', (_, protocol, request, name, input) => {
  expect(read(protocol, request)).toEqual([name, input]);
});

test.each<[string, Protocol, Asked, string]>([
  [
    'a target of another service',
    json,
    target('CloudTrail_20131101.DisableKey'),
    'UnknownOperationException',
  ],
  ['an unknown target', json, target('TrentService.Sing'), 'UnknownOperationException'],
  ['a body that is a list', json, target('TrentService.DisableKey', '[]'), 'SerializationException'],
  ['an unknown action', form, asked({ body: 'Action=Sing' }), 'InvalidAction'],
  [
    'another path',
    rest,
    asked({ method: 'PUT', path: '/2015-03-31/functions/a' }),
    'UnknownOperationException',
  ],
  [
    'another method',
    rest,
    asked({ method: 'PATCH', path: '/2015-03-31/functions/a/concurrency' }),
    'UnknownOperationException',
  ],
])('%s is refused', (_, protocol, request, name) => {
  expect(() => protocol.read(request)).toThrow(expect.objectContaining({ name }) as Error);
});

test('a form is answered in XML, with lists, maps and escaped texts', () => {
  const output = { Attributes: new Map([['Policy', '<&>']]), Topics: [{ TopicArn: 'a' }, { TopicArn: 'b' }] };
  expect(form.answer('CreateTopic', { output }, '7').body).toBe(
    '<CreateTopicResponse xmlns="urn:example"><CreateTopicResult>' +
      '<Attributes><entry><key>Policy</key><value>&lt;&amp;&gt;</value></entry></Attributes>' +
      '<Topics><member><TopicArn>a</TopicArn></member><member><TopicArn>b</TopicArn></member></Topics>' +
      '</CreateTopicResult><ResponseMetadata><RequestId>7</RequestId></ResponseMetadata></CreateTopicResponse>',
  );
});
