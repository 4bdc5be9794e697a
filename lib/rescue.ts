import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RescueEnvironment } from '../lambda/rescue/environment';
import type { FunctionBundle } from './bundle/function-code';
import { DEAD_LETTER_TIMEOUT, type ExecutionQueues } from './execution-queues';
import { policyArnPrefix } from './names';
import { rescuePermissions } from './permissions/roles';
import { ServiceFunction } from './service-function';

/** Props of {@link Rescue}. */
export interface RescueProps {
  readonly bundle: FunctionBundle;
  readonly queues: ExecutionQueues;
  readonly brakes: Table;
  readonly logRetention: RetentionDays;
}

/** Takes executions that no worker ended, has the instance thawed, and reports. */
export class Rescue extends Construct {
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, { bundle, queues, brakes, logRetention }: RescueProps) {
    super(scope, id);
    const service = new ServiceFunction<RescueEnvironment>(this, 'Service', {
      description: 'has instances thawed whose execution was given up',
      bundle,
      environment: { QUEUE_URL: queues.executions.queueUrl, POLICY_ARN_PREFIX: policyArnPrefix() },
      permissions: rescuePermissions(queues, brakes),
      timeout: DEAD_LETTER_TIMEOUT,
      memorySize: 256,
      logRetention,
    });
    this.logGroup = service.logGroup;
    service.function.addEventSourceMapping('DeadExecutions', { eventSourceArn: queues.deadExecutions.queueArn, batchSize: 1 });
  }
}
