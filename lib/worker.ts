import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Policy } from '../lambda/core/policy/policy-schema';
import type { WorkerEnvironment } from '../lambda/worker/environment';
import type { FunctionBundle } from './bundle/function-code';
import { type ExecutionQueues, WORKER_TIMEOUT } from './execution-queues';
import { policyArnPrefix } from './names';
import { workerPermissions } from './permissions/roles';
import { ServiceFunction } from './service-function';

/** Props of {@link Worker}. */
export interface WorkerProps {
  readonly bundle: FunctionBundle;
  readonly queues: ExecutionQueues;
  readonly logRetention: RetentionDays;
  /** The worker may act on what these target, with the documents that they name. */
  readonly policies: readonly Policy[];
  /** ARNs of the customer managed keys of the targets' volumes. */
  readonly volumeKeys: readonly string[];
  /** How many executions may run at once. */
  readonly concurrency: number;
}

/** Runs one execution an invocation: pre-script, snapshot set, post-script. */
export class Worker extends Construct {
  constructor(scope: Construct, id: string, { bundle, queues, logRetention, policies, volumeKeys, concurrency }: WorkerProps) {
    super(scope, id);
    const service = new ServiceFunction<WorkerEnvironment>(this, 'Service', {
      description: 'runs an execution: pre-script, snapshot set, post-script',
      bundle,
      environment: { QUEUE_URL: queues.executions.queueUrl, POLICY_ARN_PREFIX: policyArnPrefix() },
      permissions: workerPermissions(queues, policies, volumeKeys),
      timeout: WORKER_TIMEOUT,
      // Memory buys CPU: what happens between freeze and thaw is TLS and signing.
      memorySize: 1024,
      logRetention,
    });
    service.function.addEventSourceMapping('Executions', {
      eventSourceArn: queues.executions.queueArn,
      batchSize: 1,
      // The pace, instead of reserved concurrency, below which throttled deliveries would count towards the dead letters.
      maxConcurrency: concurrency,
    });
  }
}
