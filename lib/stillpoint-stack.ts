import { join } from 'node:path';
import { Stack, type StackProps } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { ExecutionQueues } from './execution-queues';
import { Planner } from './planner';
import type { PolicyFile } from './read-policies';
import { Rescue } from './rescue';
import { ScheduleRules } from './schedule-rules';
import { SsmDocuments } from './ssm-documents';
import { Worker } from './worker';

/** Props of {@link StillpointStack}. */
export interface StillpointStackProps extends StackProps {
  /** The policies to run. The functions' bundles must have been built with the same. */
  readonly policies: readonly PolicyFile[];
  /** Folder that the build wrote: `lambda/NAME/` for each function, `ssm-documents/NAME.yaml` for each document. */
  readonly buildFolder: string;
  /**
   * How many executions may run at once, 2 to 1,000: the pace, which AWS's request limits bound.
   * @default 20
   */
  readonly workerConcurrency?: number;
  /**
   * ARNs of the customer managed KMS keys of the targets' volumes, which the worker may use through EC2. Not needed for the default EBS key.
   * @default - none
   */
  readonly volumeKeys?: readonly string[];
  /**
   * How long the functions' logs are kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;
}

/**
 * Everything that a deployment consists of. One a region and account: documents have fixed names, and groups of instances are safe
 * only within one queue.
 */
export class StillpointStack extends Stack {
  constructor(scope: Construct, id: string, props: StillpointStackProps) {
    super(scope, id, { description: 'Stillpoint: application-consistent EBS snapshots for tagged EC2 instances', ...props });
    const { policies, buildFolder, logRetention = RetentionDays.THREE_MONTHS } = props;
    const bundle = (name: string) => join(buildFolder, 'lambda', name);
    const queues = new ExecutionQueues(this, 'Queues');
    new SsmDocuments(this, 'Documents', { folder: join(buildFolder, 'ssm-documents') });
    const planner = new Planner(this, 'Planner', { bundle: bundle('planner'), queues, logRetention });
    new Worker(this, 'Worker', {
      bundle: bundle('worker'),
      queues,
      logRetention,
      policies: policies.map((file) => file.policy),
      volumeKeys: props.volumeKeys ?? [],
      concurrency: props.workerConcurrency ?? 20,
    });
    new Rescue(this, 'Rescue', { bundle: bundle('rescue'), queues, logRetention });
    new ScheduleRules(this, 'Rules', {
      policies,
      planner: planner.function,
      deadLetters: queues.unplannedRuns,
    });
  }
}
