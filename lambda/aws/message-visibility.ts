import { ChangeMessageVisibilityCommand } from '@aws-sdk/client-sqs';
import { sqs } from './clients';

/** Hide a received message from other receivers for that many seconds from now. Throws when it is no longer ours. */
export const extendVisibility =
  (queueUrl: string, receiptHandle: string) =>
  async (seconds: number): Promise<void> => {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle: receiptHandle, VisibilityTimeout: seconds }));
  };
