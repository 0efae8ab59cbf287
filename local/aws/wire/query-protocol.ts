import type { Operation } from '../iam/call.ts';
import { AwsError } from './aws-error.ts';
import { byName, type Protocol } from './protocol.ts';
import type { Fields } from './request-shape.ts';

/** What is under a name of a form: more names, or a text. */
type Branch = Map<string, Branch | string>;

/**
 * Reads a form of the AWS Query protocol: `Name.member.1=…` becomes a list, and `Name.entry.1.key=…` with its `value`, or
 * `Name` with its `Value`, a map.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function readQuery(body: string): Fields {
  const root: Branch = new Map<string, Branch | string>();
  for (const [path, value] of new URLSearchParams(body)) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let branch = root;
    for (const name of names) {
      const next = branch.get(name);
      const deeper: Branch = next instanceof Map ? next : new Map<string, Branch | string>();
      branch.set(name, deeper);
      branch = deeper;
    }
    branch.set(last, value);
  }
  return fieldsOf(root);
}

function fieldsOf(branch: Branch): Fields {
  return Object.fromEntries([...branch].map(([name, under]) => [name, valueOf(under)]));
}

function valueOf(under: Branch | string): unknown {
  if (typeof under === 'string') return under;
  const [members, entries] = [under.get('member'), under.get('entry')];
  if (members instanceof Map) return [...members.values()].map(valueOf);
  if (!(entries instanceof Map)) return fieldsOf(under);
  return Object.fromEntries(
    [...entries.values()].map((entry) => {
      const { key, Name, value, Value } = entry instanceof Map ? fieldsOf(entry) : {};
      return [String(key ?? Name), value ?? Value];
    }),
  );
}

/** The XML of a value: a list has members, a Map of JavaScript entries, an object its fields. */
function xmlOf(value: unknown): string {
  if (Array.isArray(value)) return value.map((each) => `<member>${xmlOf(each)}</member>`).join('');
  if (value instanceof Map)
    return [...value]
      .map(([key, each]) => `<entry><key>${xmlOf(key)}</key><value>${xmlOf(each)}</value></entry>`)
      .join('');
  if (typeof value !== 'object' || value === null) return escapeXml(String(value));
  return Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([name, each]) => `<${name}>${xmlOf(each)}</${name}>`)
    .join('');
}

// Those that keep `Exception`, or have another name altogether, in the service's model.
const wireCodes: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'ParameterValueInvalid',
  ThrottledException: 'Throttled',
  ThrottlingException: 'ThrottlingException',
  ValidationException: 'ValidationException',
};

/**
 * AWS Query: a form comes, XML goes. On the wire the code of an error lacks the `Exception` that the SDK's name ends with.
 * `namespace` is the XML namespace of the service's model.
 *
 * @see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */
export function queryProtocol(namespace: string, operations: Iterable<Operation>): Protocol {
  const known = byName(operations);
  return {
    read: ({ body }) => {
      const { Action: action, ...fields } = readQuery(body);
      const input = Object.fromEntries(Object.entries(fields).filter(([name]) => name !== 'Version'));
      const operation = known.get(String(action));
      if (!operation)
        throw new AwsError('InvalidAction', `Not an operation of the embedded AWS: ${String(action)}`);
      return { operation, input };
    },
    answer: (action, outcome, requestId) => {
      const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
      if ('output' in outcome) {
        const body =
          `<${action}Response xmlns="${namespace}"><${action}Result>${xmlOf(outcome.output)}</${action}Result>` +
          `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`;
        return { status: 200, headers, body };
      }
      const { name, message, status } = outcome.error;
      const code = wireCodes[name] ?? name.replace(/Exception$/, '');
      const type = status >= 500 ? 'Receiver' : 'Sender';
      const body =
        `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${code}</Code>` +
        `<Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
      return { status, headers, body };
    },
  };
}

/** A text as the content of an XML element. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
