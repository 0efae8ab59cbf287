import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';

/**
 * Reads a batch of a FIFO queue in order. From the first message that cannot be told, all stay in the queue, for what is behind it must not
 * overtake it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export async function readBatch(
  event: SQSEvent,
  context: Context,
  read: (body: string, id: string) => Promise<void>,
): Promise<SQSBatchResponse> {
  const handle = (record: SQSRecord) => read(record.body, record.messageId);
  return processPartialResponse(event, handle, new SqsFifoPartialProcessorAsync(), {
    context,
    throwOnFullBatchFailure: false,
  });
}
