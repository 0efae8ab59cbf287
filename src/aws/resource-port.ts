import { asError } from '../foreign/error.ts';
import { asRecord, asText } from '../foreign/values.ts';
import type { Port } from '../kinds/kind.ts';
import type { ObservedResource, ResourceShape } from '../kinds/resource.ts';

/** One question about a resource, and the fields that its answer shows. What the answer does not show is absent. */
export interface FieldReading {
  readonly fields: readonly string[];
  readonly read: () => Promise<Readonly<Record<string, unknown>>>;
}

/** How one sort of resource is read and changed. */
export interface LiveKind {
  readonly readings: (name: string) => readonly FieldReading[];
  /** Names of errors that say that there is no such resource. */
  readonly missing: readonly string[];
  /** Names of errors that say that a field is not there. */
  readonly absent?: readonly string[];
  /** Asked once every reading was refused: whether that is because the resource belongs to another account. */
  readonly isForeign?: (name: string) => Promise<boolean>;
  /** Sends one request by the API's name of the call. Rejects with the service's error. */
  readonly send: (
    call: string,
    input: object,
  ) => Promise<{ readonly $metadata: { readonly requestId?: string } }>;
}

/** Names of errors that say that whoever asks may not know. */
const REFUSED = /^AccessDenied(?:Exception)?$|^AuthorizationError/;

/** How AWS words a refusal that the policy of the resource makes. https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
const DENIED_BY_POLICY = 'with an explicit deny in a resource-based policy';

/**
 * The way to the resources of one kind. A reading never rejects: a field that cannot be read is named with the service's error, and what
 * is not there is missing.
 */
export function resourcePort({
  readings,
  missing,
  absent = [],
  isForeign,
  send,
}: LiveKind): Port<ResourceShape> {
  return {
    observe: async (name) => {
      const state: Record<string, unknown> = {};
      const unread: Record<string, string> = {};
      const questions = readings(name);
      let standing = 'here' as ObservedResource['standing'];
      let refused = 0;
      await Promise.all(
        questions.map(async ({ fields, read }) => {
          try {
            const shown = await read();
            for (const field of fields) state[field] = shown[field];
          } catch (thrown) {
            const error = asError(thrown);
            if (absent.includes(error.name)) return;
            if (missing.includes(error.name)) standing = 'missing';
            else for (const field of fields) unread[field] = `${error.name}: ${error.message}`;
            if (REFUSED.test(error.name)) refused++;
            // What it says is not known, but that nobody declared it: it is told, and put back, as what nobody can read.
            if (fields.includes('Policy') && error.message.includes(DENIED_BY_POLICY)) {
              state['Policy'] = `It keeps the guard from reading it: ${error.message}`;
              delete unread['Policy'];
            }
          }
        }),
      );
      // Where it cannot be asked either, what was refused says why.
      if (standing === 'here' && refused === questions.length && (await isForeign?.(name).catch(() => false)))
        standing = 'foreign';
      return standing === 'here'
        ? { name, standing, state, unread }
        : { name, standing, state: {}, unread: {} };
    },
    repair: async ({ kind, input }) => {
      try {
        const { $metadata } = await send(kind, input);
        return { requestId: $metadata.requestId };
      } catch (thrown) {
        const error = asError(thrown);
        throw Object.assign(error, {
          requestId: asText(asRecord(asRecord(error)['$metadata'])['requestId']),
        });
      }
    },
  };
}

/** Sends requests by the names of their calls. It rejects with an Error for a call that is none of them. */
export function commandSender(
  client: { readonly send: (command: never) => Promise<object> },
  commands: Readonly<Record<string, new (input: never) => object>>,
): LiveKind['send'] {
  return async (call, input) => {
    const Command = Object.hasOwn(commands, call) ? commands[call] : undefined;
    if (!Command) throw new Error(`${call} is no repair that is known here`);
    return (await client.send(new Command(input as never) as never)) as Awaited<ReturnType<LiveKind['send']>>;
  };
}
