import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Policy } from '../lambda/core/policy/policy-schema';
import type { WorkerEnvironment } from '../lambda/worker/environment';
import type { FunctionBundle } from './bundle/function-code';
import { type ExecutionQueues, WORKER_TIMEOUT } from './execution-queues';
import { policyArnPrefix } from './names';
import { policyPermissions, workerPermissions } from './permissions/roles';
import { PolicyRights, rightsName } from './policy-rights';
import type { Removal } from './removal';
import { ServiceFunction } from './service-function';
import { volumeKeysVariable } from './volume-keys';

/** Props of {@link Worker}. */
export interface WorkerProps {
  readonly bundle: FunctionBundle;
  readonly queues: ExecutionQueues;
  readonly brakes: Table;
  readonly removal: Removal;
  readonly logRetention: RetentionDays;
  /** The worker may act on what these target, with the documents that they name. */
  readonly policies: readonly Policy[];
  /** ARNs of the customer managed keys of the targets' volumes. */
  readonly volumeKeys: readonly string[];
  /** How many executions may run at once. */
  readonly concurrency: number;
  /** How many freezes may be under way at once, 0: no limit. */
  readonly maximumFreezes: number;
}

/** Runs one execution an invocation: pre-script, snapshot set, post-script. */
export class Worker extends Construct {
  readonly logGroup: ILogGroup;
  /** What an execution may do, for whoever asks what it could. */
  readonly role: Role;

  constructor(scope: Construct, id: string, props: WorkerProps) {
    super(scope, id);
    const { queues, removal } = props;
    const statements = policyPermissions(props.policies, props.volumeKeys);
    const service = new ServiceFunction<WorkerEnvironment>(this, 'Service', {
      description: 'runs an execution: pre-script, snapshot set, post-script',
      bundle: props.bundle,
      environment: {
        QUEUE_URL: queues.executions.queueUrl,
        POLICY_ARN_PREFIX: policyArnPrefix(),
        RIGHTS: rightsName(this, statements),
        MAXIMUM_FREEZES: String(props.maximumFreezes),
        VOLUME_KEYS: volumeKeysVariable(props.policies, props.volumeKeys),
      },
      permissions: workerPermissions(queues, props.brakes),
      timeout: WORKER_TIMEOUT,
      // Memory buys CPU: what happens between freeze and thaw is TLS and signing.
      memorySize: 1024,
      logRetention: props.logRetention,
    });
    this.logGroup = service.logGroup;
    this.role = service.role;
    const rights = new PolicyRights(this, 'Rights', { role: service.role, statements, removal });
    // New code begins nothing before it has the rights for it.
    service.function.node.addDependency(...rights.policies);
    service.function.addEventSourceMapping('Executions', {
      eventSourceArn: queues.executions.queueArn,
      batchSize: 1,
      // The pace, instead of reserved concurrency, below which throttled deliveries would count towards the dead letters.
      maxConcurrency: props.concurrency,
    });
  }
}
