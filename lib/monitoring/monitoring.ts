import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { FunctionName } from '../bundle/function-names';
import type { ExecutionQueues } from '../execution-queues';
import type { PolicyFile } from '../read-policies';
import { Alarms } from './alarms';
import { Dashboard } from './dashboard';
import { Queries } from './queries';
import { RUNBOOK } from './runbook';

/** Props of {@link Monitoring}. */
export interface MonitoringProps {
  readonly policies: readonly PolicyFile[];
  readonly queues: ExecutionQueues;
  readonly lifecycleDeadLetters: IQueue;
  readonly logGroups: Readonly<Record<FunctionName, ILogGroup>>;
  /** @default - alarms tell nobody */
  readonly alarmTopicArn?: string | undefined;
  /** @default "docs/runbook.md" */
  readonly runbookUrl?: string | undefined;
}

/** What a person looks at, and what calls one: dashboard, alarms, saved queries. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { policies, queues, lifecycleDeadLetters, logGroups, alarmTopicArn, runbookUrl = RUNBOOK } = props;
    new Dashboard(this, 'Dashboard', { runbookUrl });
    new Alarms(this, 'Alarms', { policies, queues, lifecycleDeadLetters, topicArn: alarmTopicArn, runbookUrl });
    new Queries(this, 'Queries', { logGroups });
  }
}
