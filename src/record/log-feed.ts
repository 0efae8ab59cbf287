import { gunzipSync } from 'node:zlib';
import { asRecord, asText } from '../foreign/values.ts';

/** An invocation's payload has 1 MB at most, and log events compress well; what is larger was made to hurt. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What a subscription filter sends is base64 of gzip of JSON; undefined for what is none of that. */
function inflated(data: string): unknown {
  try {
    return JSON.parse(gunzipSync(Buffer.from(data, 'base64'), { maxOutputLength: MOST_BYTES }).toString());
  } catch {
    return undefined;
  }
}

/** The record in the message of a log event; undefined where there is none. */
function recordIn(logEvent: unknown): object | undefined {
  try {
    return asRecord(JSON.parse(asText(asRecord(logEvent)['message']) ?? ''));
  } catch {
    return undefined;
  }
}

/**
 * The events that an invocation is to be taken for: what a subscription filter of CloudWatch Logs sends holds several records
 * of CloudTrail, each of which becomes the event that EventBridge makes of it; everything else is one event, as it is. A
 * log event without a record, and a payload that cannot be read, are passed on as they came: nobody understands them, and so
 * everything is looked at. Total: no value makes it throw.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
 */
export function eventsIn(invocation: unknown): readonly unknown[] {
  const { data } = asRecord(asRecord(invocation)['awslogs']);
  if (typeof data !== 'string') return [invocation];
  const { messageType, logEvents } = asRecord(inflated(data));
  // CloudWatch Logs asks, now and then, whether anybody is there.
  if (messageType === 'CONTROL_MESSAGE') return [];
  if (!Array.isArray(logEvents) || logEvents.length === 0) return [invocation];
  return logEvents.map((logEvent: unknown) => {
    const detail = recordIn(logEvent);
    if (!detail) return logEvent;
    return { source: 'aws.cloudtrail', 'detail-type': 'AWS API Call via CloudTrail', detail };
  });
}
