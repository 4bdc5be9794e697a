import { arnOf } from '../../account';
import type { Call } from '../../operation';
import type { Sqs } from '../../sqs/queues';
import type { Check } from '../check';

/** SQS's calls are checked on their queue; a batch has its single call's action. */
const onQueue = ({ account }: Sqs, call: Call, urlOrName: string): Check => ({
  action: `sqs:${call.action.replace(/Batch$/, '')}`,
  resource: arnOf({ ...account, region: call.region }, 'sqs', urlOrName.split('/').at(-1) ?? ''),
  context: {},
});

export const queueRights =
  (sqs: Sqs) =>
  ({ QueueUrl }: { readonly QueueUrl: string }, call: Call): readonly Check[] => [onQueue(sqs, call, QueueUrl)];

export const queueNameRights =
  (sqs: Sqs) =>
  ({ QueueName }: { readonly QueueName: string }, call: Call): readonly Check[] => [onQueue(sqs, call, QueueName)];

export const listQueuesRights = (): readonly Check[] => [{ action: 'sqs:ListQueues', resource: '*', context: {} }];
