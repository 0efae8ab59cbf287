import type { Asked } from '../doctor/examined.ts';
import { asError } from '../foreign/error.ts';
import { oneLine } from '../foreign/printable.ts';
import { isRefusal, keepsFromAsking, reasonFor } from '../foreign/reason.ts';

/** Names of errors that say that there is no such thing. */
const MISSING = /NotFound|NoSuch|NonExistent|^ResourceNotFound|does not exist/;

/** By these, an endpoint says that it does not know the operation. */
const UNSUPPORTED = /^(?:UnknownOperation|InvalidAction|NotImplemented|UnsupportedOperation|UnknownError$)/;

/** What the SDK says where an answer is in no protocol of AWS: an emulator that fails says something in HTML. */
const NO_PROTOCOL = /is not valid JSON|XML parse error/;

/** No credentials, wrong ones, a wrong clock, no way to AWS: nothing can be asked. In words that say what to do. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

function nameOf(error: Error & { readonly code?: unknown }): string {
  return typeof error.code === 'string' ? error.code : error.name;
}

/**
 * Asks once, and keeps why there was no answer. Rejects with a {@link NoAnswerError} where no other question would be
 * answered either.
 */
export async function asking<T>(
  action: string,
  resource: string,
  asked: () => Promise<T>,
): Promise<Asked<T>> {
  try {
    return { known: await asked() };
  } catch (thrown) {
    const error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } } = asError(thrown);
    const name = nameOf(error);
    const [message = ''] = error.message.split('\n');
    const said = oneLine(reasonFor(name, action, resource, message));
    if (keepsFromAsking(name)) throw new NoAnswerError(`${action} failed: ${said}`, { cause: thrown });
    if (isRefusal(name)) return { unread: { why: 'denied', said } };
    const isUnsupported =
      UNSUPPORTED.test(name) || NO_PROTOCOL.test(message) || error.$metadata?.httpStatusCode === 501;
    return { unread: { why: isUnsupported ? 'unsupported' : 'failed', said: `${action} failed: ${said}` } };
  }
}

/** The same of something that may be gone: undefined then. */
export function askingFor<T>(
  action: string,
  resource: string,
  asked: () => Promise<T>,
): Promise<Asked<T | undefined>> {
  return asking(action, resource, async () => {
    try {
      return await asked();
    } catch (thrown) {
      if (MISSING.test(asError(thrown).name)) return undefined;
      throw thrown;
    }
  });
}
