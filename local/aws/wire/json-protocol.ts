import { z } from 'zod';
import type { Operation } from '../iam/call.ts';
import { AwsError } from './aws-error.ts';
import { byName, type Protocol } from './protocol.ts';
import type { Fields } from './request-shape.ts';

/** The answer of the JSON protocols. */
export const answerJson: Protocol['answer'] = (_name, outcome, requestId) => {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': requestId };
  if ('output' in outcome) return { status: 200, headers, body: JSON.stringify(outcome.output) };
  const { name, message, status } = outcome.error;
  return { status, headers, body: JSON.stringify({ __type: name, message }) };
};

/** The fields of a JSON body, an empty one included. Throws `SerializationException`. */
export function fieldsOf(body: string): Fields {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(body === '' ? '{}' : body));
  } catch (cause) {
    throw new AwsError('SerializationException', `The body is not a JSON object: ${String(cause)}`);
  }
}

/**
 * The operation that an `X-Amz-Target` header names, `<prefix>.<Operation>`. The model of CloudTrail has a longer prefix
 * than the JavaScript SDK sends, and AWS takes both.
 */
export function operationOf(prefix: string, target: string): string | undefined {
  const [operation, service] = target.split('.').reverse();
  return service === prefix ? operation : undefined;
}

/**
 * AWS JSON 1.0 and 1.1.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 */
export function jsonProtocol(prefix: string, operations: Iterable<Operation>): Protocol {
  const known = byName(operations);
  return {
    read: ({ headers, body }) => {
      const target = String(headers['x-amz-target']);
      const operation = known.get(operationOf(prefix, target) ?? '');
      if (!operation)
        throw new AwsError('UnknownOperationException', `Not an operation of the embedded AWS: ${target}`);
      return { operation, input: fieldsOf(body) };
    },
    answer: answerJson,
  };
}
