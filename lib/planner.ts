import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { EventInvokeConfig } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { PlannerEnvironment } from '../lambda/planner/environment';
import type { FunctionBundle } from './bundle/function-code';
import type { ExecutionQueues } from './execution-queues';
import { policyArnPrefix } from './names';
import { plannerPermissions } from './permissions/roles';
import { ServiceFunction } from './service-function';

/** Props of {@link Planner}. */
export interface PlannerProps {
  readonly bundle: FunctionBundle;
  readonly queues: ExecutionQueues;
  readonly brakes: Table;
  readonly logRetention: RetentionDays;
}

/** Turns a fired rule into one message a target. */
export class Planner extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, { bundle, queues, brakes, logRetention }: PlannerProps) {
    super(scope, id);
    const service = new ServiceFunction<PlannerEnvironment>(this, 'Service', {
      description: 'plans the executions of a fired schedule',
      bundle,
      environment: { QUEUE_URL: queues.executions.queueUrl, POLICY_ARN_PREFIX: policyArnPrefix() },
      permissions: plannerPermissions(queues, brakes),
      timeout: Duration.minutes(5),
      memorySize: 512,
      logRetention,
    });
    this.function = service.function;
    this.logGroup = service.logGroup;
    new EventInvokeConfig(this, 'AsyncInvocations', {
      function: this.function,
      // The planner may run twice: its messages deduplicate. A run that starts later than this is better given up.
      retryAttempts: 2,
      maxEventAge: Duration.minutes(10),
      // Not CDK's SqsDestination, whose grant adds rights that a destination does not need.
      onFailure: { bind: () => ({ destination: queues.unplannedRuns.queueArn }) },
    });
  }
}
