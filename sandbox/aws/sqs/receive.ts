import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { queueRights } from '../iam/rights/sqs-rights';
import { operation } from '../operation';
import { type Message, md5, systemAttributes } from './message';
import type { Queue } from './queue';
import type { Sqs } from './queues';

const names = z.optional(z.array(z.string()));
const schema = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.optional(z.coerce.number()),
  VisibilityTimeout: z.optional(z.coerce.number()),
  WaitTimeSeconds: z.optional(z.coerce.number()),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});

const checkRange = (name: string, value: number, low: number, high: number): void => {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${low} and ${high}, if provided.`,
  );
};

export const receiveMessage = (sqs: Sqs) =>
  operation(schema, queueRights(sqs), async (input) => {
    const queue = sqs.queues.byUrl(input.QueueUrl);
    const limit = input.MaxNumberOfMessages ?? 1;
    checkRange('MaxNumberOfMessages', limit, 1, 10);
    checkRange('WaitTimeSeconds', input.WaitTimeSeconds ?? 0, 0, 20);
    checkRange('VisibilityTimeout', input.VisibilityTimeout ?? 0, 0, 43_200);
    const wanted = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
    const found = await poll(sqs, queue, limit, input.VisibilityTimeout, input.WaitTimeSeconds ?? 0);
    return found.length === 0 ? {} : { Messages: found.map((message) => item(message, wanted)) };
  });

/** Long polling: the first messages within the wait. */
const poll = async (
  { clock }: Sqs,
  queue: Queue,
  limit: number,
  visibility: number | undefined,
  waitSeconds: number,
): Promise<readonly Message[]> => {
  const first = queue.receive(limit, visibility);
  if (first.length > 0 || waitSeconds === 0) return first;
  return new Promise((resolve) => {
    const settle = (messages: readonly Message[]): void => {
      stop();
      timer.cancel();
      resolve(messages);
    };
    const timer = clock.after(waitSeconds * 1000, () => settle([]));
    let busy = false; // a receive changes the queue, and would come back here
    const stop = queue.onChange(() => {
      if (busy) return;
      busy = true;
      const messages = queue.receive(limit, visibility);
      busy = false;
      if (messages.length > 0) settle(messages);
    });
  });
};

const item = (message: Message, wanted: readonly string[]) => {
  const all = Object.entries(systemAttributes(message)).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(all.length > 0 && { Attributes: Object.fromEntries(all) }),
  };
};

const handleFields = { QueueUrl: z.string(), ReceiptHandle: z.string() };

export const deleteMessage = (sqs: Sqs) =>
  operation(z.object(handleFields), queueRights(sqs), ({ QueueUrl, ReceiptHandle }) => {
    sqs.queues.byUrl(QueueUrl).delete(ReceiptHandle);
    return {};
  });

export const changeMessageVisibility = (sqs: Sqs) =>
  operation(
    z.object({ ...handleFields, VisibilityTimeout: z.coerce.number() }),
    queueRights(sqs),
    ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
      checkRange('VisibilityTimeout', VisibilityTimeout, 0, 43_200);
      sqs.queues.byUrl(QueueUrl).changeVisibility(ReceiptHandle, VisibilityTimeout);
      return {};
    },
  );
