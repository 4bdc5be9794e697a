import * as z from 'zod/mini';
import { type Message, md5, systemAttributes } from '../sqs/message';
import type { Queue } from '../sqs/queue';
import type { EventSourceMapping } from './function-config';
import type { Functions } from './functions';
import type { InvocationResult } from './invocation';

export interface EventSource {
  readonly queue: Queue;
  /**
   * Give back at once the messages (those with this text in the body) whose receiver has failed or died, instead of when their
   * visibility ends. Returns how many.
   */
  expire(text: string): number;
  configure(mapping: EventSourceMapping): void;
  /** Receive no more; the messages of invocations that run are still deleted, or left to come again. */
  retire(): void;
  /** Stop at once. */
  close(): void;
}

const failuresSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

/**
 * An SQS event source mapping: receives as long as messages and concurrency last, deletes what the function took, and
 * leaves the rest in flight until its visibility ends.
 */
export const openEventSource = (given: EventSourceMapping, queue: Queue, functions: Functions, region: string): EventSource => {
  let mapping = given;
  let open = true;
  let receives = true;
  let running = 0;
  let receiving = false; // a receive changes the queue, and would come back here
  let abandoned: readonly Message[] = [];

  const run = async (messages: readonly Message[]): Promise<void> => {
    running += 1;
    const result = await functions.invoke(mapping.functionName, { Records: messages.map((message) => record(message, queue, region)) });
    for (const message of messages) {
      if (!open) continue;
      if (succeeded(mapping, result, message)) discard(queue, message);
      else abandoned = [...abandoned, message];
    }
    running -= 1;
    pump();
  };
  const pump = (): void => {
    if (receiving) return;
    receiving = true;
    while (open && receives && running < mapping.maximumConcurrency) {
      const messages = queue.receive(mapping.batchSize);
      if (messages.length === 0) break;
      void run(messages);
    }
    receiving = false;
  };
  const stop = queue.onChange(pump);
  pump();
  return {
    queue,
    expire: (text) => {
      const chosen = abandoned.filter(({ body }) => body.includes(text));
      abandoned = abandoned.filter((message) => !chosen.includes(message));
      return chosen.filter((message) => giveBack(queue, message)).length;
    },
    configure: (changed) => {
      mapping = changed;
      pump();
    },
    retire: () => {
      receives = false;
      stop();
    },
    close: () => {
      open = false;
      stop();
    },
  };
};

const succeeded = (mapping: EventSourceMapping, result: InvocationResult, message: Message): boolean => {
  if (!result.ok) return false;
  if (!mapping.reportsBatchItemFailures) return true;
  const failed = failuresSchema.safeParse(result.payload);
  return !failed.success || !failed.data.batchItemFailures.some(({ itemIdentifier }) => itemIdentifier === message.messageId);
};

/** The handle may have expired meanwhile: then the message comes back, as it does in AWS. */
const discard = (queue: Queue, { receiptHandle }: Message): void => {
  try {
    if (receiptHandle !== undefined) queue.delete(receiptHandle);
  } catch {
    return;
  }
};

/** False when it is visible again already. */
const giveBack = (queue: Queue, { receiptHandle }: Message): boolean => {
  try {
    if (receiptHandle === undefined) return false;
    queue.changeVisibility(receiptHandle, 0);
    return true;
  } catch {
    return false;
  }
};

const record = (message: Message, queue: Queue, region: string) => ({
  messageId: message.messageId,
  receiptHandle: message.receiptHandle,
  body: message.body,
  attributes: systemAttributes(message),
  messageAttributes: {},
  md5OfBody: md5(message.body),
  eventSource: 'aws:sqs',
  eventSourceARN: queue.settings.arn,
  awsRegion: region,
});
