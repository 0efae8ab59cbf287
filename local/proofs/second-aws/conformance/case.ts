import { isDeepStrictEqual } from 'node:util';
import { REGION } from '../raw.ts';

/** What every client of the SDK takes. */
interface ClientConfig {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

/** An AWS whose services are asked: the embedded one, or one that others wrote. The stack of cases is there. */
export interface Candidate extends Pick<ClientConfig, 'endpoint' | 'credentials'> {
  readonly name: string;
  readonly close: () => Promise<void>;
}

/** Gives a candidate's client of a service, which tries nothing twice; the same for the same class and Region. */
export type Connect = <Client extends { destroy(): void }>(
  Class: new (config: ClientConfig) => Client,
  region?: string,
) => Client;

/** One sentence of the documentation, as an experiment. */
export interface Case {
  readonly service: string;
  readonly operation: string;
  /** What is asked, in words. */
  readonly what: string;
  /** The answer that the documentation promises, or the error's name. */
  readonly documented: unknown;
  /** The page that says so. */
  readonly page: string;
  /** Makes the calls, gives what is compared, and leaves nothing behind. */
  readonly run: (connect: Connect) => Promise<unknown>;
}

/** What came of a case on one candidate. */
export interface Finding {
  readonly observed: unknown;
  readonly conforms: boolean;
}

/** What a call comes to that the documentation says is refused, and that is not. */
export const NOT_REFUSED = 'not refused';

/** The name of an error that a service answered with. Throws what is no answer at all. */
function errorOf(error: unknown): string {
  const { name, $fault, $metadata, $response } = error as Partial<Error> & {
    $fault?: unknown;
    $metadata?: { httpStatusCode?: number };
    $response?: { statusCode?: number };
  };
  if ($fault !== undefined && name !== undefined) return name;
  // What is no answer of the service, e.g. a web page, fails in the client's parser.
  const status = $response?.statusCode ?? $metadata?.httpStatusCode;
  if (status === undefined) throw error;
  return `HTTP ${status} without an error name`;
}

/** What came of calls: their answer, or the name of the error. */
export async function outcome(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return errorOf(error);
  }
}

/** Runs cases on a candidate, one after the other. */
export async function tryCases(
  { endpoint, credentials }: Pick<Candidate, 'endpoint' | 'credentials'>,
  cases: readonly Case[],
): Promise<Finding[]> {
  const clients = new Map<string, { readonly client: unknown; readonly destroy: () => void }>();
  const connect: Connect = <Client extends { destroy(): void }>(
    Class: new (config: ClientConfig) => Client,
    region = REGION,
  ) => {
    const key = `${Class.name} ${region}`;
    const known = clients.get(key);
    if (known) return known.client as Client;
    const client = new Class({ endpoint, credentials, region, maxAttempts: 1 });
    clients.set(key, {
      client,
      destroy: () => {
        client.destroy();
      },
    });
    return client;
  };
  const findings: Finding[] = [];
  try {
    for (const { run, documented } of cases) {
      const observed = await outcome(run(connect));
      findings.push({ observed, conforms: isDeepStrictEqual(observed, documented) });
    }
  } finally {
    for (const { destroy } of clients.values()) destroy();
  }
  return findings;
}
