import * as z from 'zod/mini';
import { QUEUE_DEFAULTS, type QueueSettings } from '../sqs/queue-settings';
import type { Stack } from './stack';

const schema = z.object({
  FifoQueue: z.optional(z.boolean()),
  VisibilityTimeout: z.optional(z.coerce.number()),
  DelaySeconds: z.optional(z.coerce.number()),
  MessageRetentionPeriod: z.optional(z.coerce.number()),
  ContentBasedDeduplication: z.optional(z.boolean()),
  DeduplicationScope: z.optional(z.enum(['queue', 'messageGroup'])),
  RedrivePolicy: z.optional(z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.coerce.number() })),
});

export const readQueues = (stack: Stack): readonly QueueSettings[] =>
  stack.ofType('AWS::SQS::Queue').map(({ physicalName, arn, properties }) => {
    const given = schema.parse(properties);
    return {
      name: physicalName,
      arn,
      fifo: given.FifoQueue ?? QUEUE_DEFAULTS.fifo,
      visibilityTimeout: given.VisibilityTimeout ?? QUEUE_DEFAULTS.visibilityTimeout,
      delaySeconds: given.DelaySeconds ?? QUEUE_DEFAULTS.delaySeconds,
      contentBasedDeduplication: given.ContentBasedDeduplication ?? QUEUE_DEFAULTS.contentBasedDeduplication,
      deduplicationScope: given.DeduplicationScope ?? QUEUE_DEFAULTS.deduplicationScope,
      retentionSeconds: given.MessageRetentionPeriod ?? QUEUE_DEFAULTS.retentionSeconds,
      redrive: given.RedrivePolicy,
    };
  });
