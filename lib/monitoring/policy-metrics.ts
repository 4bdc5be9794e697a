import type { Duration } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_DIMENSION, METRIC_NAMESPACE, type MetricName } from '../../lambda/core/metric-names';

/** A metric of one policy. */
export const policyMetric = (metricName: MetricName, policyId: string, statistic: string, period: Duration): Metric =>
  new Metric({ namespace: METRIC_NAMESPACE, metricName, dimensionsMap: { [METRIC_DIMENSION]: policyId }, statistic, period });

/**
 * A metric of all policies, a line each, as CloudWatch finds them: the dashboard stays the same size however many policies there are,
 * and keeps showing one that was taken away for as long as it has data.
 */
export const everyPolicy = (metricName: MetricName, statistic: string, period: Duration, label = ''): MathExpression =>
  new MathExpression({
    expression: `SEARCH('{${METRIC_NAMESPACE},${METRIC_DIMENSION}} MetricName="${metricName}"', '${statistic}', ${period.toSeconds()})`,
    label: `\${PROP('Dim.${METRIC_DIMENSION}')}${label && ` ${label}`}`,
    period,
  });
