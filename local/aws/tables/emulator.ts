import { IncomingMessage, type Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { z } from 'zod';
import { AwsError } from '../wire/aws-error.ts';
import { realWork } from '../wire/real-work.ts';
import type { Fields } from '../wire/request-shape.ts';

/** Carries an operation of DynamoDB out; throws its AwsError. */
export type Emulator = (operation: string, input: unknown) => Promise<Fields>;

const answerShape = z.record(z.string(), z.unknown());
const errorShape = z.object({
  __type: z.string(),
  message: z.string().optional(),
  Message: z.string().optional(),
});

// It wants to see a signature and never looks at it.
const HEADERS = {
  'content-type': 'application/x-amz-json-1.0',
  authorization:
    'AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0',
  'x-amz-date': '20260101T000000Z',
};

/** Hands a request to a server that does not listen. */
function answerOf(server: Server, operation: string, input: unknown): Promise<readonly [number, unknown]> {
  const request = new IncomingMessage(new Socket());
  request.method = 'POST';
  request.url = '/';
  request.headers = { ...HEADERS, 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const response = new ServerResponse(request);
  return new Promise((resolve) => {
    response.end = (body: unknown) => {
      resolve([response.statusCode, JSON.parse(String(body))]);
      return response;
    };
    request.push(JSON.stringify(input));
    request.push(null);
    server.emit('request', request, response);
  });
}

/**
 * DynamoDB in memory, by dynalite, which is loaded with the first call. It knows neither transactions nor
 * ReturnValuesOnConditionCheckFailure.
 *
 * @see https://github.com/architect/dynalite
 */
export function emulator(): Emulator {
  let server: Promise<Server> | undefined;
  const start = async () => {
    const { default: dynalite } = await import('dynalite');
    return dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  };
  const ask = async (operation: string, input: unknown) => {
    server ??= start();
    return answerOf(await server, operation, input);
  };
  return async (operation, input) => {
    const [status, answer] = await realWork(ask(operation, input));
    if (status === 200) return answerShape.parse(answer);
    const { __type, message, Message } = errorShape.parse(answer);
    throw new AwsError(__type.replace(/^.*#/, ''), message ?? Message ?? '', status);
  };
}
