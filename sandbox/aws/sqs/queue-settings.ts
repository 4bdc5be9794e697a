/** A queue as the template declares it, defaults filled in. */
export interface QueueSettings {
  readonly name: string;
  readonly arn: string;
  readonly fifo: boolean;
  /** Seconds. */
  readonly visibilityTimeout: number;
  readonly delaySeconds: number;
  readonly contentBasedDeduplication: boolean;
  /** `messageGroup` in high-throughput queues. */
  readonly deduplicationScope: 'queue' | 'messageGroup';
  readonly retentionSeconds: number;
  readonly redrive: { readonly deadLetterTargetArn: string; readonly maxReceiveCount: number } | undefined;
}

export const QUEUE_DEFAULTS = {
  fifo: false,
  visibilityTimeout: 30,
  delaySeconds: 0,
  contentBasedDeduplication: false,
  deduplicationScope: 'queue',
  retentionSeconds: 345_600,
  redrive: undefined,
} as const satisfies Omit<QueueSettings, 'name' | 'arn'>;
