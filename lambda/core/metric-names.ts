import { CAUSES, type Cause } from './cause';
import type { Consistency } from './execution/prove';

/** DLM's metric names (AWS/EBS), kept as they are in our namespace. Script metrics count instances, snapshot metrics snapshots. */
const DLM_METRICS = [
  'ResourcesTargeted',
  'SnapshotsCreateStarted',
  'SnapshotsCreateCompleted',
  'SnapshotsCreateFailed',
  'SnapshotsSharedCompleted',
  'SnapshotsDeleteCompleted',
  'SnapshotsDeleteFailed',
  'SnapshotsCopiedRegionStarted',
  'SnapshotsCopiedRegionCompleted',
  'SnapshotsCopiedRegionFailed',
  'SnapshotsCopiedRegionDeleteCompleted',
  'SnapshotsCopiedRegionDeleteFailed',
  'PreScriptStarted',
  'PreScriptCompleted',
  'PreScriptFailed',
  'PostScriptStarted',
  'PostScriptCompleted',
  'PostScriptFailed',
  'VSSBackupStarted',
  'VSSBackupCompleted',
  'VSSBackupFailed',
] as const;

/** Ours: counts of closed executions. */
const EXECUTION_METRICS = [
  'ExecutionsSucceeded',
  'ExecutionsFailed',
  'ExecutionsApplication',
  'ExecutionsReported',
  'ExecutionsCrash',
  'ExecutionsStopped',
  'ExecutionsNone',
  /** Executions that ended with any cause: what is alarmed on. Which one, the next six tell. */
  'Causes',
  'Cause201',
  'Cause202',
  'Cause203',
  'Cause204',
  'Cause205',
  'Cause206',
  'PossiblyFrozen',
  /** Attempts after the first, and post-scripts that were sent again. */
  'Retries',
  /** Executions, and runs that could not be planned, that met a fault of their policy. */
  'PolicyFaults',
] as const;

/** Milliseconds from frozen to thawed, of every attempt that froze. */
const DURATION_METRICS = ['FreezeWindow'] as const;

/** From the sweep, in hours, of the target that is worst off. */
const SWEEP_METRICS = ['HoursOverdue', 'NewestProvenSetAge'] as const;

/** From scheduled preflights: targets, and those that would not end as `application`. */
const PREFLIGHT_METRICS = ['PreflightTargets', 'PreflightFailed'] as const;

export const METRIC_NAMES = [...DLM_METRICS, ...EXECUTION_METRICS, ...DURATION_METRICS, ...SWEEP_METRICS, ...PREFLIGHT_METRICS] as const;
export type MetricName = (typeof METRIC_NAMES)[number];

export const METRIC_NAMESPACE = 'Stillpoint';

/** The only dimension, with DLM's name: dashboards and alarms move over by changing the namespace. */
export const METRIC_DIMENSION = 'DLMPolicyId';

/** A value a metric, or several values of one. */
export type MetricValues = Readonly<Partial<Record<MetricName, number | readonly number[]>>>;

/** CloudWatch has no unit for hours. */
export const metricUnit = (name: string): 'Count' | 'Milliseconds' | 'None' => {
  if (DURATION_METRICS.some((one) => one === name)) return 'Milliseconds';
  return SWEEP_METRICS.some((one) => one === name) ? 'None' : 'Count';
};

export const CONSISTENCY_METRICS: Readonly<Record<Consistency, MetricName>> = {
  application: 'ExecutionsApplication',
  reported: 'ExecutionsReported',
  crash: 'ExecutionsCrash',
  stopped: 'ExecutionsStopped',
  none: 'ExecutionsNone',
};

export const causeMetric = (cause: Cause): MetricName => `Cause${cause}`;
export const CAUSE_METRICS: readonly MetricName[] = CAUSES.map(causeMetric);
