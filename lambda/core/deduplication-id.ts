import type { ExecutionMessage } from './execution-message';
import { executionId, runId } from './ids';

/**
 * What the FIFO queue takes for the same message within 5 minutes: `EXECUTION#ATTEMPT`, or `EXECUTION#thaw`. A policy id of
 * at most 40 characters leaves it far below SQS's 128.
 */
export const deduplicationId = ({ policyId, due, instanceId, attempt, thawOnly }: ExecutionMessage): string =>
  `${executionId(runId(policyId, new Date(due)), instanceId)}#${thawOnly ? 'thaw' : attempt}`;
