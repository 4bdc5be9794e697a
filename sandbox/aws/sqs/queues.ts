import type { Account } from '../account';
import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import { Queue } from './queue';
import type { QueueSettings } from './queue-settings';

/** The account's queues, by name, ARN and URL. */
export interface Queues {
  readonly all: readonly Queue[];
  byArn(arn: string): Queue | undefined;
  byName(name: string): Queue | undefined;
  /** The queue of a request. The last segment of its URL is its name. */
  byUrl(url: string): Queue;
  /** Queues of the same name keep their messages. */
  configure(settings: readonly QueueSettings[]): void;
}

/** What SQS's operations work with. */
export interface Sqs {
  readonly account: Account;
  readonly queues: Queues;
  readonly clock: Clock;
  readonly urlOf: (queueName: string) => string;
}

export const createQueues = (clock: Clock): Queues => {
  let all: readonly Queue[] = [];
  const byArn = (arn: string): Queue | undefined => all.find((queue) => queue.settings.arn === arn);
  const byName = (name: string): Queue | undefined => all.find((queue) => queue.settings.name === name);
  const byUrl = (url: string): Queue => {
    const queue = byName(url.split('/').at(-1) ?? '');
    if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  };
  return {
    get all() {
      return all;
    },
    ...{ byArn, byName, byUrl },
    configure: (settings) => {
      all = settings.map((one) => {
        const queue = byName(one.name) ?? new Queue(one, clock, byArn);
        queue.settings = one;
        return queue;
      });
    },
  };
};
