import { CustomResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { RemovalProperties } from '../lambda/core/removal/request';
import type { RemovalEnvironment } from '../lambda/removal/environment';
import type { FunctionBundle } from './bundle/function-code';
import type { ExecutionQueues } from './execution-queues';
import { policyArnPrefix } from './names';
import { removalPermissions } from './permissions/roles';
import { ServiceFunction } from './service-function';

/** Lambda's longest invocation: as long as what is under way may take to end. */
const TIMEOUT = Duration.minutes(15);
/** SQS's counts may be a minute old: "achieve consistency at least 1 minute after the producers stop sending messages" (GetQueueAttributes). */
const QUIET = Duration.minutes(1);

/** Props of {@link Removal}. */
export interface RemovalProps {
  readonly bundle: FunctionBundle;
  readonly queues: ExecutionQueues;
  readonly brakes: Table;
  readonly logRetention: RetentionDays;
}

/** What CloudFormation waits for before it deletes what an execution under way still needs. */
export class Removal extends Construct {
  readonly logGroup: ILogGroup;
  private readonly serviceToken: string;

  constructor(scope: Construct, id: string, { bundle, queues, brakes, logRetention }: RemovalProps) {
    super(scope, id);
    const service = new ServiceFunction<RemovalEnvironment>(this, 'Service', {
      description: 'ends what is under way before the stack, or a right, is removed',
      bundle,
      environment: {
        QUEUE_URL: queues.executions.queueUrl,
        DEAD_QUEUE_URL: queues.deadExecutions.queueUrl,
        POLICY_ARN_PREFIX: policyArnPrefix(),
        QUIET_SECONDS: String(QUIET.toSeconds()),
      },
      permissions: removalPermissions(queues, brakes),
      timeout: TIMEOUT,
      memorySize: 256,
      logRetention,
      logRemoval: RemovalPolicy.RETAIN, // its last line says what is left of the stack
    });
    this.logGroup = service.logGroup;
    this.serviceToken = service.function.functionArn;
  }

  /** Is deleted once no execution under way has these rights any more. */
  ofRights(scope: Construct, id: string, rights: string): CustomResource {
    return this.resource(scope, id, 'Custom::StillpointRights', { Rights: rights });
  }

  /** Is deleted once nothing is under way any more. */
  ofStack(): CustomResource {
    return this.resource(this, 'Stack', 'Custom::StillpointStack', {});
  }

  private resource(scope: Construct, id: string, resourceType: string, properties: RemovalProperties): CustomResource {
    const serviceTimeout = TIMEOUT.plus(Duration.minutes(5)); // else CloudFormation waits an hour for a function that can't answer
    return new CustomResource(scope, id, { serviceToken: this.serviceToken, resourceType, properties: { ...properties }, serviceTimeout });
  }
}
