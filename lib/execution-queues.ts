import { Duration } from 'aws-cdk-lib';
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { WORKER_TIMEOUT_MS } from '../lambda/core/execution/deadlines';

/** Lambda's longest invocation: the worker's timeout, and so the least visibility that its event source mapping takes. */
export const WORKER_TIMEOUT = Duration.millis(WORKER_TIMEOUT_MS);

/** The rescue function's timeout, and the visibility of dead letters. */
export const DEAD_LETTER_TIMEOUT = Duration.minutes(5);

/** What all queues have: encrypted, kept for SQS's longest time. */
export const COMMON_QUEUE = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) } as const;
/** Thousands a second, each group in order; a deduplication id counts inside its group. */
const FIFO = {
  fifo: true,
  contentBasedDeduplication: false,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
} as const;

/** Props of {@link ExecutionQueues}. */
export interface ExecutionQueuesProps {
  /**
   * How often an execution is delivered before it is a dead letter. A throttled or crashed worker counts as a delivery, too.
   * @default 5
   */
  readonly maxReceiveCount?: number;
}

/** Where executions wait, and where what failed is kept. */
export class ExecutionQueues extends Construct {
  /** Executions: one message a target, one group an instance or a group of them. */
  readonly executions: Queue;
  /** Executions that no worker brought to an end: the rescue function's. FIFO, as a FIFO queue demands. */
  readonly deadExecutions: Queue;
  /** Runs that were never planned: from the rules and from the planner, which both take a standard queue only. */
  readonly unplannedRuns: Queue;

  constructor(scope: Construct, id: string, props: ExecutionQueuesProps = {}) {
    super(scope, id);
    this.unplannedRuns = new Queue(this, 'UnplannedRuns', COMMON_QUEUE);
    this.deadExecutions = new Queue(this, 'DeadExecutions', { ...COMMON_QUEUE, ...FIFO, visibilityTimeout: DEAD_LETTER_TIMEOUT });
    this.executions = new Queue(this, 'Executions', {
      ...COMMON_QUEUE,
      ...FIFO,
      // An execution that waited this long is past its 60 minutes: the worker tells it so, rather than SQS dropping it.
      retentionPeriod: Duration.days(1),
      visibilityTimeout: WORKER_TIMEOUT,
      deadLetterQueue: { queue: this.deadExecutions, maxReceiveCount: props.maxReceiveCount ?? 5 },
    });
  }
}
