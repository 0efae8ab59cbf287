import type { Operation } from '../iam/call.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Asked } from '../wire/exchange.ts';
import type { Protocol } from '../wire/protocol.ts';
import { escapeXml } from '../wire/query-protocol.ts';
import { BucketError } from './bucket.ts';

/** What S3's operations answer with. */
export interface S3Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Method and sub-resource, such as `PUT policy`; of the bucket itself, the method alone; of no bucket, `GET /`. */
export type S3Operations = ReadonlyMap<string, Operation>;

/** The bucket stands in the name of the host, or is the first part of the path. */
function addressed({ headers, path }: Asked): { readonly bucket: string; readonly key: string } {
  const host = String(headers['host'] ?? '');
  const inHost = /^(.+)\.s3[.-][\w.-]*$/.exec(host)?.[1];
  const parts = path.split('/').slice(1).map(decodeURIComponent);
  return inHost === undefined
    ? { bucket: parts[0] ?? '', key: parts.slice(1).join('/') }
    : { bucket: inHost, key: parts.join('/') };
}

/**
 * S3's REST: bodies are kept as they come, as `Body`, and the headers that operations read stand in the input under their
 * own names. Throws `MethodNotAllowed` for what is not an operation here, objects included.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function s3Protocol(operations: S3Operations): Protocol {
  const subResources = new Set([...operations.keys()].flatMap((key) => key.split(' ')[1] ?? []));
  return {
    read: (request) => {
      const { method, query, headers, body } = request;
      const { bucket, key } = addressed(request);
      const subResource = [...query.keys()].find((name) => subResources.has(name));
      const asked = bucket === '' ? [method, '/'] : [method, subResource ?? []].flat();
      const operation = key === '' ? operations.get(asked.join(' ')) : undefined;
      if (!operation)
        throw new AwsError(
          'MethodNotAllowed',
          `Not an operation of the embedded AWS: ${method} ${request.path}?${String(query)}`,
          405,
        );
      const amz = Object.entries(headers).filter(
        ([name, value]) =>
          /^x-amz-(?:acl|bucket-object-lock-enabled|expected-bucket-owner|object-ownership)$/.test(name) &&
          value !== undefined,
      );
      return {
        operation,
        input: {
          Bucket: bucket,
          ...(query.get('prefix') !== null && { Prefix: query.get('prefix') }),
          ...(subResource !== undefined && { SubResource: subResource }),
          ...(body !== '' && { Body: body }),
          ...Object.fromEntries(amz),
        },
      };
    },
    answer: (_name, outcome, requestId) => {
      const headers = { 'content-type': 'application/xml', 'x-amz-request-id': requestId };
      if ('output' in outcome) {
        const { status = 200, headers: more, body = '' } = outcome.output as S3Answer;
        return { status, headers: { ...headers, ...more }, body };
      }
      const { error } = outcome;
      const details = error instanceof BucketError ? error.details : {};
      const more = Object.entries(details).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
      return {
        status: error.status,
        headers: { ...headers, ...(error instanceof BucketError && error.headers) },
        body:
          `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${error.name}</Code>` +
          `<Message>${escapeXml(error.message)}</Message>${more.join('')}<RequestId>${requestId}</RequestId></Error>`,
      };
    },
  };
}
