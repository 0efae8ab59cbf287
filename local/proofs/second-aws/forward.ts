import type { IncomingMessage } from 'node:http';
import { EMULATOR_CREDENTIALS } from './raw.ts';

/** An answer on its way back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

// These belong to one connection.
const OF_THE_CONNECTION = [
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'transfer-encoding',
];

function without(
  names: readonly string[],
  headers: Iterable<readonly [string, unknown]>,
): Record<string, string> {
  return Object.fromEntries(
    [...headers].flatMap(([name, value]) =>
      typeof value === 'string' && !names.includes(name) ? [[name, value] as const] : [],
    ),
  );
}

/** Sends a request on as it came, only with the credentials that the endpoint takes. */
export async function forward(
  endpoint: string,
  { method = 'GET', url = '/', headers }: IncomingMessage,
  body: Buffer,
): Promise<Answer> {
  const sent = without(OF_THE_CONNECTION, Object.entries(headers));
  const { authorization } = sent;
  const answer = await fetch(`${endpoint}${url}`, {
    method,
    redirect: 'manual',
    body: body.length > 0 ? new Uint8Array(body) : null,
    headers: {
      ...sent,
      ...(authorization !== undefined && {
        authorization: authorization.replace(
          /Credential=[^/]+/,
          `Credential=${EMULATOR_CREDENTIALS.accessKeyId}`,
        ),
      }),
    },
  });
  return {
    status: answer.status,
    // The body has been unpacked.
    headers: without([...OF_THE_CONNECTION, 'content-encoding'], answer.headers),
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
