import { asRecord, asText } from '../foreign/values.ts';
import { readSignal, type Signal } from './signal.ts';
import { type Call, readCall } from './call.ts';

/**
 * What made the guard look.
 * - `tampering`: a call that succeeded.
 * - `attempt`: a call that CloudTrail refused, so that nothing has changed.
 * - `sweep`: the schedule.
 * - `signal`: another service saw something.
 * - `unreadable`: an event that cannot be understood; every declared trail is healed all the same.
 */
export type Nudge =
  | { readonly kind: 'tampering'; readonly call: Call }
  | {
      readonly kind: 'attempt';
      readonly call: Call;
      readonly errorCode: string;
      readonly errorMessage?: string;
    }
  | { readonly kind: 'sweep' }
  | { readonly kind: 'signal'; readonly signal: Signal; readonly eventId?: string }
  | { readonly kind: 'unreadable'; readonly eventId?: string; readonly reason: string };

/** The call that a nudge tells of, if it tells of one. */
export function calledBy(nudge: Nudge): Call | undefined {
  // Stryker disable next-line ConditionalExpression: no other nudge has a call; only the compiler does not see it
  return nudge.kind === 'tampering' || nudge.kind === 'attempt' ? nudge.call : undefined;
}

function reasonNotRead(eventName: unknown): string {
  return typeof eventName === 'string' ? `eventName is ${eventName}` : 'eventName is missing';
}

/**
 * Understands an EventBridge event, or says why not. Total: no value makes it throw.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-cloudtrail.html
 */
export function readEvent(event: unknown): Nudge {
  const envelope = asRecord(event);
  const detail = asRecord(envelope['detail']);
  const recorded = readCall({ ...detail, eventTime: asText(detail['eventTime']) ?? envelope['time'] });
  if (recorded) {
    const { call, errorCode, errorMessage } = recorded;
    if (!errorCode) return { kind: 'tampering', call };
    return { kind: 'attempt', call, errorCode, ...(errorMessage ? { errorMessage } : {}) };
  }
  if (envelope['source'] === 'aws.events' || envelope['source'] === 'aws.scheduler') return { kind: 'sweep' };
  const eventId = asText(detail['eventID']) ?? asText(envelope['id']);
  const signal = readSignal(event);
  if (signal) return { kind: 'signal', signal, ...(eventId ? { eventId } : {}) };
  return { kind: 'unreadable', reason: reasonNotRead(detail['eventName']), ...(eventId ? { eventId } : {}) };
}
