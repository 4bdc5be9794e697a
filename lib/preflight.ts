import { Duration } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { EventInvokeConfig, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Policy } from '../lambda/core/policy/policy-schema';
import { PREFLIGHT_FUNCTION } from '../lambda/core/preflight/request';
import type { PreflightEnvironment } from '../lambda/preflight/environment';
import type { FunctionBundle } from './bundle/function-code';
import { policyArnPrefix } from './names';
import { ServiceFunction } from './service-function';
import { volumeKeysVariable } from './volume-keys';

/** Props of {@link Preflight}. */
export interface PreflightProps {
  readonly bundle: FunctionBundle;
  /** The worker's: what it may do is what is looked at. */
  readonly role: Role;
  readonly policies: readonly Policy[];
  /** ARNs of the customer managed keys of the targets' volumes. */
  readonly volumeKeys: readonly string[];
  readonly logRetention: RetentionDays;
}

/** Says of each target whether an execution would end as `application`: for the command line, and for policies that schedule it. */
export class Preflight extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, { bundle, role, policies, volumeKeys, logRetention }: PreflightProps) {
    super(scope, id);
    const service = new ServiceFunction<PreflightEnvironment>(this, 'Service', {
      description: 'says which targets would not end as application',
      functionName: PREFLIGHT_FUNCTION,
      bundle,
      environment: { POLICY_ARN_PREFIX: policyArnPrefix(), VOLUME_KEYS: volumeKeysVariable(policies, volumeKeys) },
      permissions: role,
      timeout: Duration.minutes(15), // a scheduled preflight of many targets
      memorySize: 512,
      logRetention,
    });
    this.function = service.function;
    this.logGroup = service.logGroup;
    // One that failed is told by its log; the next one comes by itself.
    new EventInvokeConfig(this, 'AsyncInvocations', { function: this.function, retryAttempts: 1, maxEventAge: Duration.minutes(10) });
  }
}
