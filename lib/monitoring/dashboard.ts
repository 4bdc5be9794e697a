import { Aws, Duration } from 'aws-cdk-lib';
import { Dashboard as CloudWatchDashboard, GraphWidget, type IMetric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { CAUSE_METRICS, CONSISTENCY_METRICS } from '../../lambda/core/metric-names';
import { everyPolicy } from './policy-metrics';

const HOUR = Duration.hours(1);

/** The metric's name without what the graph's title says already. */
const short = (name: string): string =>
  name.replace(/^(Executions|Cause|SnapshotsCreate|SnapshotsDelete|SnapshotsCopiedRegion)/, '').toLowerCase();

const graph = (title: string, left: readonly IMetric[], unit: string): GraphWidget =>
  new GraphWidget({ title, left: [...left], width: 12, height: 6, liveData: true, leftYAxis: { label: unit, showUnits: false, min: 0 } });

const sums = (names: readonly Parameters<typeof everyPolicy>[0][]): IMetric[] =>
  names.map((name) => everyPolicy(name, 'Sum', HOUR, short(name)));

/** Props of {@link Dashboard}. */
export interface DashboardProps {
  readonly runbookUrl: string;
}

/** One dashboard for all policies. Dashboards are of the account, not of the region, so its name tells the region. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { runbookUrl }: DashboardProps) {
    super(scope, id);
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: `stillpoint-${Aws.REGION}`,
      defaultInterval: Duration.days(7),
    });
    const markdown = `Stillpoint, a line for each policy. Graphs are empty where nothing happened. What to do: ${runbookUrl}`;
    dashboard.addWidgets(new TextWidget({ markdown, width: 24, height: 1 }));
    dashboard.addWidgets(
      graph('Hours overdue, of the worst target', [everyPolicy('HoursOverdue', 'Maximum', HOUR)], 'hours'),
      graph('Age of the newest proven set, of the worst target', [everyPolicy('NewestProvenSetAge', 'Maximum', HOUR)], 'hours'),
      graph('Targets', [everyPolicy('ResourcesTargeted', 'Maximum', HOUR)], 'instances'),
      graph('Executions by result', sums(['ExecutionsSucceeded', 'ExecutionsFailed']), 'executions'),
      graph('Executions by consistency', sums(Object.values(CONSISTENCY_METRICS)), 'executions'),
      graph('Executions by cause', sums(CAUSE_METRICS), 'executions'),
      graph(
        'Snapshots by what EC2 made of them',
        sums(['SnapshotsCreateStarted', 'SnapshotsCreateCompleted', 'SnapshotsCreateFailed']),
        'snapshots',
      ),
      graph('Snapshots by what retention made of them', sums(['SnapshotsDeleteCompleted', 'SnapshotsDeleteFailed']), 'snapshots'),
      graph(
        'Copies in other regions',
        sums(['SnapshotsCopiedRegionStarted', 'SnapshotsCopiedRegionCompleted', 'SnapshotsCopiedRegionFailed']),
        'snapshots',
      ),
      graph('Freeze window, p50', [everyPolicy('FreezeWindow', 'p50', HOUR)], 'milliseconds'),
      graph('Freeze window, p99', [everyPolicy('FreezeWindow', 'p99', HOUR)], 'milliseconds'),
      graph('Retries', sums(['Retries']), 'retries'),
      graph('Possibly frozen', sums(['PossiblyFrozen']), 'executions'),
      graph('Faults of the policy', sums(['PolicyFaults']), 'executions'),
    );
  }
}
