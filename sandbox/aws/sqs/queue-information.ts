import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { listQueuesRights, queueNameRights, queueRights } from '../iam/rights/sqs-rights';
import { operation } from '../operation';
import type { Queue } from './queue';
import type { Sqs } from './queues';

export const getQueueUrl = (sqs: Sqs) =>
  operation(z.object({ QueueName: z.string() }), queueNameRights(sqs), ({ QueueName }) => {
    const queue = sqs.queues.byName(QueueName);
    if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return { QueueUrl: sqs.urlOf(queue.settings.name) };
  });

export const listQueues = ({ queues, urlOf }: Sqs) =>
  operation(z.object({ QueueNamePrefix: z.optional(z.string()) }), listQueuesRights, ({ QueueNamePrefix = '' }) => ({
    QueueUrls: queues.all
      .map(({ settings }) => settings.name)
      .filter((name) => name.startsWith(QueueNamePrefix))
      .map(urlOf),
  }));

export const getQueueAttributes = (sqs: Sqs) =>
  operation(
    z.object({ QueueUrl: z.string(), AttributeNames: z.optional(z.array(z.string())) }),
    queueRights(sqs),
    ({ QueueUrl, AttributeNames = [] }) => {
      const all = attributesOf(sqs.queues.byUrl(QueueUrl));
      const wanted = Object.entries(all).filter(([name]) => AttributeNames.includes('All') || AttributeNames.includes(name));
      return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
    },
  );

const attributesOf = (queue: Queue): Readonly<Record<string, string>> => {
  const { settings } = queue;
  const counts = queue.counts();
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    VisibilityTimeout: String(settings.visibilityTimeout),
    DelaySeconds: String(settings.delaySeconds),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    MaximumMessageSize: '1048576',
    ReceiveMessageWaitTimeSeconds: '0',
    ...(settings.redrive && { RedrivePolicy: JSON.stringify(settings.redrive) }),
    ...(settings.fifo && {
      FifoQueue: 'true',
      ContentBasedDeduplication: String(settings.contentBasedDeduplication),
      DeduplicationScope: settings.deduplicationScope,
    }),
  };
};
