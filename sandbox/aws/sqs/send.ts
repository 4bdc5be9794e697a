import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { queueRights } from '../iam/rights/sqs-rights';
import { operation } from '../operation';
import { type Message, md5 } from './message';
import type { Queue } from './queue';
import type { Sqs } from './queues';

/** SQS takes 1 MiB a message and a batch. */
const LARGEST_BYTES = 1_048_576;
const ID = /^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/;

const fields = {
  MessageBody: z.string(),
  DelaySeconds: z.optional(z.coerce.number()),
  MessageGroupId: z.optional(z.string()),
  MessageDeduplicationId: z.optional(z.string()),
};
const messageSchema = z.object(fields);
type MessageInput = z.infer<typeof messageSchema>;

const checkId = (name: string, value: string | undefined): void => {
  if (value === undefined || ID.test(value)) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${name} is invalid. Reason: ${name} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
  );
};

const put = (queue: Queue, input: MessageInput, senderId: string): Message => {
  if (input.MessageBody === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  if (Buffer.byteLength(input.MessageBody) > LARGEST_BYTES)
    throw new AwsError('InvalidParameterValue', 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.');
  checkId('MessageGroupId', input.MessageGroupId);
  checkId('MessageDeduplicationId', input.MessageDeduplicationId);
  return queue.send({
    body: input.MessageBody,
    senderId,
    groupId: input.MessageGroupId,
    deduplicationId: input.MessageDeduplicationId,
    delaySeconds: input.DelaySeconds,
  });
};

const answer = (message: Message, body: string) => ({
  MessageId: message.messageId,
  MD5OfMessageBody: md5(body),
  ...(message.sequenceNumber !== undefined && { SequenceNumber: message.sequenceNumber }),
});

export const sendMessage = (sqs: Sqs) =>
  operation(z.object({ QueueUrl: z.string(), ...fields }), queueRights(sqs), (input, call) =>
    answer(put(sqs.queues.byUrl(input.QueueUrl), input, call.role), input.MessageBody),
  );

const batchSchema = z.object({ QueueUrl: z.string(), Entries: z.optional(z.array(z.object({ Id: z.string(), ...fields }))) });

export const sendMessageBatch = (sqs: Sqs) =>
  operation(batchSchema, queueRights(sqs), ({ QueueUrl, Entries = [] }, call) => {
    const queue = sqs.queues.byUrl(QueueUrl);
    checkBatch(Entries);
    const results = Entries.map((entry) => sendEntry(queue, entry, call.role));
    return { Successful: results.flatMap(({ ok }) => ok ?? []), Failed: results.flatMap(({ failed }) => failed ?? []) };
  });

export const checkBatch = (entries: readonly { readonly Id: string; readonly MessageBody?: string }[]): void => {
  if (entries.length === 0) throw new AwsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
  if (entries.length > 10) throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  if (new Set(entries.map(({ Id }) => Id)).size < entries.length)
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries have the same Id.');
  const bytes = entries.reduce((sum, { MessageBody = '' }) => sum + Buffer.byteLength(MessageBody), 0);
  if (bytes > LARGEST_BYTES) throw new AwsError('BatchRequestTooLong', 'Batch requests cannot be longer than 1048576 bytes.');
};

/** One bad entry fails alone: the call itself succeeds. */
const sendEntry = (queue: Queue, entry: MessageInput & { readonly Id: string }, senderId: string) => {
  try {
    return { ok: { Id: entry.Id, ...answer(put(queue, entry, senderId), entry.MessageBody) } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { failed: { Id: entry.Id, SenderFault: true, Code: error.code, Message: error.message } };
  }
};
