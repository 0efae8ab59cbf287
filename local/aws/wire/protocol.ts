import type { Operation, Reply } from '../iam/call.ts';
import type { Answered, Asked } from './exchange.ts';
import type { Fields } from './request-shape.ts';

/** What a request asks for. */
export interface Understood {
  readonly operation: Operation;
  readonly input: Fields;
}

/** How a service is spoken to. `read` throws an AwsError for what the service does not understand. */
export interface Protocol {
  readonly read: (asked: Asked) => Understood;
  readonly answer: (operation: string, outcome: NonNullable<Reply['outcome']>, requestId: string) => Answered;
}

/** Operations by their names. */
export function byName(operations: Iterable<Operation>): ReadonlyMap<string, Operation> {
  return new Map([...operations].map((operation) => [operation.name, operation]));
}
