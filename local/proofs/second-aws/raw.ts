/** A request to an endpoint that takes any signature, as emulators do: no client of every service is needed for it. */
export interface RawRequest {
  /** As in the credential scope: `s3`, `events`, `lambda`, `sqs`. */
  readonly service: string;
  readonly method?: string;
  readonly path?: string;
  /** The operation of a JSON protocol, e.g. `AWSEvents.ListRules`. */
  readonly target?: string;
  readonly body?: string;
  /** The parameters of the query protocol, in the place of a body. */
  readonly form?: Readonly<Record<string, string>>;
  readonly region?: string;
}

/** The account in which everything happens: the attacks name its trails by ARN. */
export const ACCOUNT = '123456789012';

/** Where everything happens. */
export const REGION = 'us-east-1';

/**
 * The credentials that an emulator gets to see. Some take the account from a key of twelve digits, the others have the
 * account as their default.
 *
 * @see https://docs.localstack.cloud/aws/capabilities/config/credentials/
 */
export const EMULATOR_CREDENTIALS = { accessKeyId: ACCOUNT, secretAccessKey: 'any' } as const;

/** The `Authorization` header of a request that nobody checks the signature of. */
function authorization(service: string, region: string): string {
  const scope = `${EMULATOR_CREDENTIALS.accessKeyId}/20260101/${region}/${service}/aws4_request`;
  return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=unchecked`;
}

/** The text of an answer. Throws an Error for none, and one with the answer for any status but 2xx. */
export async function ask(endpoint: string, request: RawRequest): Promise<string> {
  const { service, method = 'POST', path = '/', target, form, region = REGION } = request;
  const body = form ? new URLSearchParams(form) : (request.body ?? null);
  const response = await fetch(`${endpoint}${path}`, {
    method,
    body,
    headers: {
      authorization: authorization(service, region),
      ...(target !== undefined && { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.1' }),
    },
  }).catch((cause: unknown) => {
    throw new Error(`${endpoint} does not answer`, { cause });
  });
  const text = await response.text();
  if (response.ok) return text;
  throw new Error(`${service} ${target ?? `${method} ${path}`}: ${response.status} ${text.slice(0, 300)}`);
}
