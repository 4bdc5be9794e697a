import { setTimeout as sleep } from 'node:timers/promises';
import {
  SendMessageBatchCommand,
  type SendMessageBatchCommandInput,
  type SendMessageBatchCommandOutput,
  type SendMessageBatchRequestEntry,
} from '@aws-sdk/client-sqs';
import { deduplicationId } from '../core/deduplication-id';
import type { ExecutionMessage } from '../core/execution-message';
import { sqs } from './clients';
import { awsError } from './errors';

export type SendMessageBatch = (input: SendMessageBatchCommandInput) => Promise<Pick<SendMessageBatchCommandOutput, 'Failed'>>;

const sendMessageBatch: SendMessageBatch = (input) => sqs.send(new SendMessageBatchCommand(input));

/** SQS's limits of a batch, in entries and in bytes of all of them together. */
const BATCH_SIZE = 10;
const BATCH_BYTES = 1_048_576;
/** The first round and three more: about 2 s in all, beside the SDK's own tries. */
const PAUSES_MS = [200, 600, 1200];

interface Unsent {
  readonly message: ExecutionMessage;
  readonly why: string;
}

/** Messages that the queue did not take. Sending all of them again is safe: the deduplication ids are the same. */
export class UnsentMessagesError extends Error {
  override readonly name = 'UnsentMessagesError';
  constructor(
    readonly instanceIds: readonly string[],
    why: string,
  ) {
    super(`${instanceIds.length} message(s) not sent: ${instanceIds.join(', ')} (${why})`);
  }
}

const entry = (message: ExecutionMessage, index: number): SendMessageBatchRequestEntry => ({
  Id: String(index),
  MessageBody: JSON.stringify(message),
  MessageGroupId: message.messageGroupId,
  MessageDeduplicationId: deduplicationId(message),
});

/** A 200 may hold failures, and a failed call is a failure of each of its messages. */
const sendBatch = async (batch: readonly ExecutionMessage[], queueUrl: string, send: SendMessageBatch): Promise<readonly Unsent[]> => {
  try {
    const { Failed = [] } = await send({ QueueUrl: queueUrl, Entries: batch.map(entry) });
    return Failed.flatMap(({ Id, Code = 'unknown' }) => {
      const message = batch[Number(Id)];
      return message === undefined ? [] : [{ message, why: Code }];
    });
  } catch (thrown) {
    const { code } = awsError(thrown);
    return batch.map((message) => ({ message, why: code }));
  }
};

/** Messages carry the tags of their policy: ten may be too long for one call. */
const batchesOf = (messages: readonly ExecutionMessage[]): readonly (readonly ExecutionMessage[])[] => {
  const batches: ExecutionMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(JSON.stringify(message));
    const batch = batches.at(-1);
    const fits = batch !== undefined && batch.length < BATCH_SIZE && bytes + size <= BATCH_BYTES;
    if (fits) batch.push(message);
    else batches.push([message]);
    bytes = fits ? bytes + size : size;
  }
  return batches;
};

const sendOnce = async (messages: readonly ExecutionMessage[], queueUrl: string, send: SendMessageBatch): Promise<readonly Unsent[]> => {
  const unsent: Unsent[] = [];
  for (const batch of batchesOf(messages)) unsent.push(...(await sendBatch(batch, queueUrl, send)));
  return unsent;
};

/** Send executions, those that fail again after a pause, at most four times. Throws an {@link UnsentMessagesError}. */
export const sendExecutions = async (
  queueUrl: string,
  messages: readonly ExecutionMessage[],
  send: SendMessageBatch = sendMessageBatch,
  pause: (ms: number) => Promise<unknown> = sleep,
): Promise<void> => {
  let unsent = await sendOnce(messages, queueUrl, send);
  for (const ms of PAUSES_MS) {
    if (unsent.length === 0) return;
    await pause(ms);
    unsent = await sendOnce(
      unsent.map(({ message }) => message),
      queueUrl,
      send,
    );
  }
  if (unsent.length === 0) return;
  const why = [...new Set(unsent.map((one) => one.why))].join(', ');
  throw new UnsentMessagesError(
    unsent.map(({ message }) => message.instanceId),
    why,
  );
};
