import { randomUUID } from 'node:crypto';
import type { AwsError } from './aws-error.ts';
import type { Fields } from './request-shape.ts';

/**
 * Reads a form of the AWS Query protocol: `Name.entry.1.Key=…` becomes a map when its entries have a Name and a Value.
 *
 * @see https://docs.aws.amazon.com/sns/latest/api/CommonParameters.html
 */
export function readQuery(body: string): Fields {
  const fields: Record<string, unknown> = {};
  const entries = new Map<string, Map<string, Record<string, string>>>();
  for (const [path, value] of new URLSearchParams(body)) {
    const [name = '', , index = '', ...rest] = path.split('.');
    if (!path.includes('.')) {
      fields[path] = value;
      continue;
    }
    const list = entries.get(name) ?? new Map<string, Record<string, string>>();
    list.set(index, { ...list.get(index), [rest.join('.')]: value });
    entries.set(name, list);
  }
  for (const [name, list] of entries) {
    fields[name] = Object.fromEntries(
      [...list.values()].map((entry) => [entry['Name'] ?? '', valueFields(entry)]),
    );
  }
  return fields;
}

function valueFields(entry: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(
    Object.entries(entry)
      .filter(([path]) => path.startsWith('Value.'))
      .map(([path, value]) => [path.slice('Value.'.length), value]),
  );
}

/** The XML of a successful answer, whose fields are all texts. */
export function queryAnswer(action: string, output: object, requestId: string): string {
  const fields = Object.entries(output).map(
    ([name, value]) => `<${name}>${escaped(String(value))}</${name}>`,
  );
  return (
    `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${fields.join('')}</${action}Result>` +
    `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${action}Response>`
  );
}

/** The XML of an error; on the wire its code lacks the `Exception` that the SDK's name ends with. */
export function queryError(error: AwsError, requestId: string = randomUUID()): string {
  const code = wireCodes[error.name] ?? error.name.replace(/Exception$/, '');
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  return (
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${type}</Type><Code>${code}</Code>` +
    `<Message>${escaped(error.message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`
  );
}

// Those that keep it, or have another name altogether, in the service's model.
const wireCodes: Readonly<Record<string, string>> = {
  InvalidParameterValueException: 'ParameterValueInvalid',
  ThrottledException: 'Throttled',
  ThrottlingException: 'ThrottlingException',
  ValidationException: 'ValidationException',
};

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
