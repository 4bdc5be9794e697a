import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionBundle } from './bundle/function-code';
import { SWEEP_RULE } from './names';
import { sweepPermissions } from './permissions/roles';
import { ServiceFunction } from './service-function';

/** Props of {@link Sweep}. */
export interface SweepProps {
  readonly bundle: FunctionBundle;
  readonly logRetention: RetentionDays;
}

/** Looks every hour how long each policy's targets have been without a backup that they should have. */
export class Sweep extends Construct {
  readonly logGroup: ILogGroup;

  constructor(scope: Construct, id: string, { bundle, logRetention }: SweepProps) {
    super(scope, id);
    const service = new ServiceFunction<Record<string, never>>(this, 'Service', {
      description: 'tells hourly how many hours overdue each policy is',
      bundle,
      environment: {},
      permissions: sweepPermissions(),
      timeout: Duration.minutes(15),
      memorySize: 512,
      logRetention,
    });
    this.logGroup = service.logGroup;
    new Rule(this, 'Rule', {
      ruleName: SWEEP_RULE,
      description: 'Stillpoint: the hourly sweep',
      // Most schedules are due on the hour, and their 60 minutes are over on the hour.
      schedule: Schedule.expression('cron(30 * * * ? *)'),
      // No dead letters: the next hour's sweep tells the same, and an alarm tells when there is none.
      targets: [new LambdaFunction(service.function, { retryAttempts: 2, maxEventAge: Duration.minutes(10) })],
    });
  }
}
