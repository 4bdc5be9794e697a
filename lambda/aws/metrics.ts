import { Metrics } from '@aws-lambda-powertools/metrics';
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricValues, metricUnit } from '../core/metric-names';

const metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: 'stillpoint' });
metrics.clearDefaultDimensions(); // the policy is the only dimension: each combination is billed

/** Write values as one line in embedded metric format, with the policy as the only dimension. No API call. */
export const recordMetrics = (policyId: string, values: MetricValues): void => {
  const entries = Object.entries(values).flatMap(([name, value]) => [value].flat().map((one) => [name, one] as const));
  if (entries.length === 0) return;
  metrics.addDimension(METRIC_DIMENSION, policyId);
  for (const [name, value] of entries) metrics.addMetric(name, metricUnit(name), value);
  metrics.publishStoredMetrics();
};
