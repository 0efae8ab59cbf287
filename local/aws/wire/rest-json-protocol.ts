import type { Operation } from '../iam/call.ts';
import { AwsError } from './aws-error.ts';
import { answerJson, fieldsOf } from './json-protocol.ts';
import type { Protocol } from './protocol.ts';

/** Method, path with `{Name}` for what varies, and the operation that they stand for. */
export type Route = readonly [method: string, path: string, operation: Operation];

function pattern(path: string): RegExp {
  const source = path
    .split(/\{(\w+)\}/)
    .map((part, index) => (index % 2 === 1 ? `(?<${part}>[^/]+)` : part.replace(/[.+]/g, '\\$&')))
    .join('');
  return new RegExp(`^${source}/?$`);
}

/**
 * REST with JSON bodies. The input is what the path, the query and the body name, under their names on the wire; of what
 * stands in a query more than once, all values.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 */
export function restJsonProtocol(routes: readonly Route[]): Protocol {
  const known = routes.map(([method, path, operation]) => ({ method, path: pattern(path), operation }));
  return {
    read: ({ method, path, query, body }) => {
      for (const route of known) {
        const match = route.method === method ? route.path.exec(path) : null;
        if (!match) continue;
        const inPath = Object.entries(match.groups ?? {}).map(([name, value]): [string, unknown] => [
          name,
          decodeURIComponent(value),
        ]);
        const inQuery = [...new Set(query.keys())].map((name): [string, unknown] => {
          const [first, ...more] = query.getAll(name);
          return [name, more.length > 0 ? [first, ...more] : first];
        });
        const input = { ...fieldsOf(body), ...Object.fromEntries([...inQuery, ...inPath]) };
        return { operation: route.operation, input };
      }
      throw new AwsError(
        'UnknownOperationException',
        `Not an operation of the embedded AWS: ${method} ${path}`,
        404,
      );
    },
    answer: answerJson,
  };
}
