/** One request as it went out. */
export interface Sent {
  readonly operation: string;
  readonly body: unknown;
}

/** What AWS answers: a body, or an error by its name. */
export type Answer = { readonly ok: object } | { readonly error: string; readonly message?: string };

interface Request {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

function read({ headers, body }: Request): Sent {
  const target = headers['x-amz-target'] ?? headers['X-Amz-Target'];
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
  if (target === undefined) {
    const form = Object.fromEntries(new URLSearchParams(text));
    return { operation: form['Action'] ?? '', body: form };
  }
  return { operation: target.slice(target.lastIndexOf('.') + 1), body: JSON.parse(text) as unknown };
}

const credentials = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'secret' };

/**
 * Stands in for the network under a real SDK client: it records what goes out, and answers with what the table says of
 * the operation, the answers of a list one after the other, the last one for ever.
 */
export function recordedAws(
  table: Readonly<Record<string, Answer | readonly Answer[]>>,
  write: (answer: Answer) => { statusCode: number; body: string } = json,
) {
  const sent: Sent[] = [];
  const requestHandler = {
    handle: (request: Request) => {
      const call = read(request);
      const earlier = sent.filter(({ operation }) => operation === call.operation).length;
      sent.push(call);
      const answers = [table[call.operation] ?? { error: 'UnknownOperationException' }].flat();
      const { statusCode, body } = write(answers[Math.min(earlier, answers.length - 1)] ?? { ok: {} });
      return Promise.resolve({
        response: {
          statusCode,
          headers: { 'x-amzn-requestid': `request-${sent.length}` },
          body: Buffer.from(body),
        },
      });
    },
  };
  return { sent, config: { requestHandler, credentials, region: 'us-east-1' } };
}

function json(answer: Answer): { statusCode: number; body: string } {
  if ('ok' in answer) return { statusCode: 200, body: JSON.stringify(answer.ok) };
  return {
    statusCode: 400,
    body: JSON.stringify({ __type: answer.error, Message: answer.message ?? 'no' }),
  };
}

interface Token {
  readonly getRetryCount: () => number;
  readonly getRetryDelay: () => number;
}

const token = (retries: number): Token => ({ getRetryCount: () => retries, getRetryDelay: () => 0 });

/** Tries again what the SDK says is worth it, as often as it is told, and does not wait. */
export function retriesAtOnce(maxAttempts: number) {
  return {
    acquireInitialRetryToken: () => Promise.resolve(token(0)),
    refreshRetryTokenForRetry: (last: Token, { errorType }: { errorType: string }) =>
      errorType === 'CLIENT_ERROR' || last.getRetryCount() + 1 >= maxAttempts
        ? Promise.reject(new Error('not worth another try'))
        : Promise.resolve(token(last.getRetryCount() + 1)),
    recordSuccess: () => undefined,
  };
}
