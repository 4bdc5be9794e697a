import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricCounts } from '../core/metric-names';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'stillpoint' });
metrics.clearDefaultDimensions(); // the policy is the only dimension: each combination is billed

/** Write counts as one line in embedded metric format, with the policy as the only dimension. No API call. */
export const recordMetrics = (policyId: string, counts: MetricCounts): void => {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  if (entries.length === 0) return;
  metrics.addDimension(METRIC_DIMENSION, policyId);
  for (const [name, count] of entries) metrics.addMetric(name, MetricUnit.Count, count);
  metrics.publishStoredMetrics();
};
