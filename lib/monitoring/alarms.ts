import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type CreateAlarmOptions, type Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import type { ExecutionQueues } from '../execution-queues';
import type { PolicyFile } from '../read-policies';
import { policyMetric } from './policy-metrics';
import { type AlarmKind, alarmDescription } from './runbook';

const HOUR = Duration.hours(1);
const MINUTES = Duration.minutes(5);

/** Milliseconds that a freeze may last where the policy does not say: VSS allows itself as much. */
const DEFAULT_FREEZE_BUDGET = 10_000;

/** At once when it happens, and for an hour after the last time: nothing is written while nothing happens. */
const EVENT = { evaluationPeriods: 12, datapointsToAlarm: 1, treatMissingData: TreatMissingData.NOT_BREACHING };

/** Props of {@link Alarms}. */
export interface AlarmsProps {
  readonly policies: readonly PolicyFile[];
  readonly queues: ExecutionQueues;
  readonly lifecycleDeadLetters: IQueue;
  /** Told when an alarm begins and ends. */
  readonly topicArn: string | undefined;
  readonly runbookUrl: string;
}

/** Alarms of each policy and of the queues. Each says in its description what it means and where the runbook's entry is. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    for (const { id: policyId, policy } of props.policies) {
      if (policy.State !== 'DISABLED') this.addSweepAlarms(policyId);
      if (policy.Schedules.some(({ CreateRule }) => CreateRule.Scripts?.length)) this.addScriptAlarms(policyId, policy);
      if (policy.Schedules.some(({ CrossRegionCopyRules }) => CrossRegionCopyRules?.length)) this.addCopyAlarm(policyId);
    }
    this.addQueueAlarms(props);
  }

  private addSweepAlarms(policyId: string): void {
    this.add('overdue', policyMetric('HoursOverdue', policyId, 'Maximum', HOUR), {
      // A run may begin in its 60th minute, and then takes its time.
      threshold: 1,
      evaluationPeriods: 1,
      // Without a sweep it stays as it is: that there is none is the next alarm's.
      treatMissingData: TreatMissingData.IGNORE,
    });
    this.add('sweep-absent', policyMetric('HoursOverdue', policyId, 'SampleCount', HOUR), {
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 3,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  /** Also of a disabled policy: what it froze last may still be frozen. */
  private addScriptAlarms(policyId: string, { Stillpoint }: Policy): void {
    this.add('possibly-frozen', policyMetric('PossiblyFrozen', policyId, 'Sum', MINUTES), { ...EVENT, threshold: 1 });
    this.add('causes', policyMetric('Causes', policyId, 'Sum', MINUTES), { ...EVENT, threshold: 1 });
    this.add('freeze-window', policyMetric('FreezeWindow', policyId, 'Maximum', MINUTES), {
      ...EVENT,
      threshold: Stillpoint?.FreezeBudget ?? DEFAULT_FREEZE_BUDGET,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
  }

  /** EC2 fails a copy without a word to anybody, for a key that its caller may not use, say. */
  private addCopyAlarm(policyId: string): void {
    this.add('copies-failed', policyMetric('SnapshotsCopiedRegionFailed', policyId, 'Sum', MINUTES), { ...EVENT, threshold: 1 });
  }

  private addQueueAlarms({ queues: { unplannedRuns, deadExecutions }, lifecycleDeadLetters }: AlarmsProps): void {
    const kept = { threshold: 1, evaluationPeriods: 1, treatMissingData: TreatMissingData.NOT_BREACHING };
    const waiting = { statistic: 'Maximum', period: MINUTES };
    this.add('unplanned-runs', unplannedRuns.metricApproximateNumberOfMessagesVisible(waiting), kept);
    this.add('lifecycle-dead-letters', lifecycleDeadLetters.metricApproximateNumberOfMessagesVisible(waiting), kept);
    // They are taken at once, so the queue is empty whenever it is looked at; and what can't be read as an execution is received, too.
    const received = deadExecutions.metricNumberOfMessagesReceived({ statistic: 'Sum', period: MINUTES });
    this.add('dead-executions', received, { ...EVENT, threshold: 1 });
    this.add(
      'dead-executions-waiting',
      deadExecutions.metricApproximateNumberOfMessagesVisible({ statistic: 'Minimum', period: MINUTES }),
      {
        threshold: 1,
        evaluationPeriods: 2,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      },
    );
  }

  private add(kind: AlarmKind, metric: Metric, options: CreateAlarmOptions): void {
    const { DLMPolicyId: policyId } = metric.dimensions ?? {};
    const name = [...(typeof policyId === 'string' ? [policyId] : []), kind].join('-');
    const { topicArn, runbookUrl } = this.props;
    const alarm = new Alarm(this, name, {
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      ...options,
      metric,
      alarmName: `stillpoint-${name}`,
      alarmDescription: alarmDescription(kind, runbookUrl),
    });
    if (topicArn === undefined) return;
    const action = { bind: () => ({ alarmActionArn: topicArn }) };
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
  }
}
