import { createHash } from 'node:crypto';

export const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

/** A message in a queue. Times with `At` are on the monotonic clock. */
export interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sequenceNumber: string | undefined;
  readonly senderId: string;
  readonly sentAt: Date;
  readonly deadLetterSource: string | undefined;
  visibleAt: number;
  receiveCount: number;
  firstReceived: Date | undefined;
  /** The handle of the last receive. In flight while `visibleAt` lies ahead and this is set. */
  receiptHandle: string | undefined;
}

/** System attributes as ReceiveMessage and event source mappings give them. */
export const systemAttributes = (message: Message): Readonly<Record<string, string>> => ({
  ApproximateReceiveCount: String(message.receiveCount),
  SentTimestamp: String(message.sentAt.getTime()),
  SenderId: message.senderId,
  ApproximateFirstReceiveTimestamp: String((message.firstReceived ?? message.sentAt).getTime()),
  ...(message.groupId !== undefined && { MessageGroupId: message.groupId }),
  ...(message.deduplicationId !== undefined && { MessageDeduplicationId: message.deduplicationId }),
  ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
  ...(message.deadLetterSource !== undefined && { DeadLetterQueueSourceArn: message.deadLetterSource }),
});
