import { GetQueueAttributesCommand, type QueueAttributeName } from '@aws-sdk/client-sqs';
import { sqs } from './clients';

const COUNTS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'] as const;

/** How many messages a queue holds, waiting or in flight. SQS tells it up to a minute late. */
export const messagesIn = async (queueUrl: string): Promise<number> => {
  const names: QueueAttributeName[] = [...COUNTS];
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: names }));
  return COUNTS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
};
