import type { FunctionName } from '../bundle/function-names';

/** A query of CloudWatch Logs Insights over the logs of some functions. */
export interface SavedQuery {
  readonly name: string;
  readonly functions: readonly FunctionName[];
  readonly lines: readonly string[];
}

/** What the runbook sends its readers to. Every field that they name is one that the functions log, which a test holds. */
export const SAVED_QUERIES: readonly SavedQuery[] = [
  {
    name: 'executions-of-a-policy',
    functions: ['worker'],
    lines: [
      '# Of one policy: write its name between the quotes, and take the # away from that line.',
      'fields @timestamp, policyId, instanceId, result, consistency, reason, cause, attempts, freezeWindowMs, detail, executionId',
      '| filter message = "execution closed"',
      '# | filter policyId = "POLICY"',
      '| sort @timestamp desc',
      '| limit 1000',
    ],
  },
  {
    name: 'story-of-an-execution',
    functions: ['worker', 'rescue'],
    lines: [
      '# The id of the execution is in events, tags and the other queries.',
      'fields @timestamp, level, message, do, stage, attempt, after, result, consistency, reason, detail',
      '| filter executionId = "POLICY@DUE/INSTANCE"',
      '| sort @timestamp asc',
      '| limit 1000',
    ],
  },
  {
    name: 'slowest-freezes',
    functions: ['worker'],
    lines: [
      'fields freezeWindowMs, policyId, instanceId, consistency, reason, @timestamp, executionId',
      '| filter message = "execution closed" and freezeWindowMs > 0',
      '| sort freezeWindowMs desc',
      '| limit 25',
    ],
  },
  {
    name: 'retries-by-cause',
    functions: ['worker'],
    lines: ['filter message = "retry"', '| stats count(*) as retries by policyId, stage, after', '| sort retries desc'],
  },
  {
    name: 'overdue-targets',
    functions: ['sweep'],
    lines: [
      'fields @timestamp, policyId, targets, overdueTargets, hoursOverdue, overdue.0.instanceId, overdue.0.hours',
      '| filter message = "policy swept" and overdueTargets > 0',
      '| sort @timestamp desc',
      '| limit 100',
    ],
  },
];
