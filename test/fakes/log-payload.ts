import { gzipSync } from 'node:zlib';

/** What is base64 of gzip of JSON, as a subscription filter of CloudWatch Logs sends it. */
export function packed(content: object): { readonly awslogs: { readonly data: string } } {
  return { awslogs: { data: gzipSync(JSON.stringify(content)).toString('base64') } };
}

/** An invocation by a subscription filter: each message is that of a log event. */
export function logPayload(...messages: readonly string[]): ReturnType<typeof packed> {
  return packed({
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: 'aws/cloudtrail/management-events',
    logStream: 'us-east-1',
    subscriptionFilters: ['trailkeeper-drill-heal'],
    logEvents: messages.map((message, index) => ({
      id: `3675329834129413256127831${index}`,
      timestamp: Date.parse('2026-11-20T23:47:11Z'),
      message,
    })),
  });
}
