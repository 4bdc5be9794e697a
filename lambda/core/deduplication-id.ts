import type { ExecutionMessage } from './execution-message';
import { executionId, runId } from './ids';

/**
 * What the FIFO queue takes for the same message within 5 minutes: `EXECUTION#ATTEMPT`, `EXECUTION#ATTEMPT#held-COUNT`, or
 * `EXECUTION#thaw`. A policy id of at most 40 characters leaves it far below SQS's 128.
 */
export const deduplicationId = ({ policyId, due, instanceId, attempt, held = 0, thawOnly }: ExecutionMessage): string => {
  const what = held === 0 ? attempt : `${attempt}#held-${held}`;
  return `${executionId(runId(policyId, new Date(due)), instanceId)}#${thawOnly ? 'thaw' : what}`;
};

/** The message that goes on with an execution in another invocation. Held, it is the same attempt again, and needs an id that the queue has not seen. */
export const continuationOf = (message: ExecutionMessage, attempt: number, held: boolean): ExecutionMessage => ({
  ...message,
  attempt,
  ...(held ? { held: (message.held ?? 0) + 1 } : {}),
});
