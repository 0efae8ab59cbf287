import { Readable } from 'node:stream';
import type { Endpoint } from './exchange.ts';

interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What the SDK's clients take as `requestHandler`. */
export interface RequestHandler {
  readonly handle: (request: unknown) => Promise<{ response: object }>;
}

/** A failure by its name and, as Node.js gives it, its code: the SDK decides by them whether to try again. */
function failure(name: string, code: string): Error {
  return Object.assign(new Error(code), { name, code });
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(failure('TimeoutError', 'ETIMEDOUT'));
    }, ms);
  });
  return Promise.race([work, late]).finally(() => {
    clearTimeout(timer);
  });
}

/**
 * Lets an SDK client of this process speak to an endpoint without a network, so that time may be a virtual one. A
 * request that is not answered within `requestTimeout` ms fails as it does over HTTP.
 */
export function withoutNetwork(answer: Endpoint, requestTimeout: number): RequestHandler {
  return {
    handle: async (request) => {
      const { method, path, query = {}, headers, body } = request as SentRequest;
      const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
      const pairs = Object.entries(query).flatMap(([name, values]) =>
        [values ?? ''].flat().map((value): [string, string] => [name, value]),
      );
      const lower = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
      const answered = await within(
        requestTimeout,
        answer({
          method,
          path,
          query: new URLSearchParams(pairs),
          headers: Object.fromEntries(lower),
          body: text,
        }),
      );
      if (!answered) throw failure('Error', 'ECONNRESET');
      const { status, headers: told, body: content } = answered;
      return {
        response: { statusCode: status, headers: { ...told }, body: Readable.from([Buffer.from(content)]) },
      };
    },
  };
}
