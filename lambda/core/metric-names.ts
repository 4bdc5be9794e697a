/** DLM's metric names (AWS/EBS), kept as they are in our namespace. Script metrics count instances, snapshot metrics snapshots. */
export type MetricName =
  | 'ResourcesTargeted'
  | 'SnapshotsCreateStarted'
  | 'SnapshotsCreateCompleted'
  | 'SnapshotsCreateFailed'
  | 'PreScriptStarted'
  | 'PreScriptCompleted'
  | 'PreScriptFailed'
  | 'PostScriptStarted'
  | 'PostScriptCompleted'
  | 'PostScriptFailed';

export const METRIC_NAMESPACE = 'Stillpoint';

/** The only dimension, with DLM's name: dashboards and alarms move over by changing the namespace. */
export const METRIC_DIMENSION = 'DLMPolicyId';

export type MetricCounts = Readonly<Partial<Record<MetricName, number>>>;
