import { createServer, type ServerResponse } from 'node:http';
import { listen } from '../../aws/wire/loopback.ts';
import { bodyOf } from './body-of.ts';

/** What an invocation came to. */
export type Outcome = { readonly result: unknown } | { readonly error: string };

/** One invocation as a runtime receives it. */
export interface RuntimeInvocation {
  readonly requestId: string;
  readonly functionArn: string;
  readonly event: unknown;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/** The Lambda Runtime API of one container. */
export interface RuntimeApi {
  /** `host:port`, as AWS_LAMBDA_RUNTIME_API holds it. */
  readonly address: string;
  /** Hands an invocation to the runtime, now or when it asks for one, and waits for what it posts. */
  readonly invoke: (invocation: RuntimeInvocation) => Promise<Outcome>;
  readonly close: () => Promise<void>;
}

/**
 * Serves the Runtime API to one runtime: `next` waits until there is an invocation; `response`, `error` and `init/error`
 * end it.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export async function runtimeApi(): Promise<RuntimeApi> {
  let waiting: ServerResponse | undefined;
  let current: { invocation: RuntimeInvocation; end: (outcome: Outcome) => void } | undefined;

  const handOver = () => {
    if (!waiting || !current) return;
    const { requestId, functionArn, event, deadline } = current.invocation;
    waiting.setHeader('Lambda-Runtime-Aws-Request-Id', requestId);
    waiting.setHeader('Lambda-Runtime-Invoked-Function-Arn', functionArn);
    waiting.setHeader('Lambda-Runtime-Deadline-Ms', String(deadline));
    waiting.end(JSON.stringify(event));
    waiting = undefined;
  };
  const end = (outcome: Outcome) => {
    current?.end(outcome);
    current = undefined;
  };

  const server = createServer((request, response) => {
    const { url = '' } = request;
    if (url.endsWith('/next')) {
      waiting = response;
      handOver();
      return;
    }
    void bodyOf(request).then((body) => {
      response.writeHead(202).end();
      const text = body.toString();
      end(url.endsWith('/response') ? { result: JSON.parse(text) as unknown } : { error: text });
    });
  });
  const { url, close } = await listen(server);
  return {
    address: new URL(url).host,
    invoke: (invocation) =>
      new Promise((resolve) => {
        current = { invocation, end: resolve };
        handOver();
      }),
    close,
  };
}
