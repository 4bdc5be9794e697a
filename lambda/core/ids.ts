import { createHash } from 'node:crypto';

/** `POLICY@DUE`, for example `nightly@2026-11-21T03:00Z`. The due minute is the schedule's, never the event's. */
export const runId = (policyId: string, due: Date): string => `${policyId}@${due.toISOString().slice(0, 16)}Z`;

/** `RUN/INSTANCE`: one run on one target instance. */
export const executionId = (run: string, instanceId: string): string => `${run}/${instanceId}`;

/** The parts of an execution id. Throws on a string that {@link executionId} did not make. */
export const parseExecutionId = (id: string): { readonly run: string; readonly instanceId: string } => {
  const slash = id.lastIndexOf('/');
  if (slash < 1) throw new Error(`not an execution id: ${id}`);
  return { run: id.slice(0, slash), instanceId: id.slice(slash + 1) };
};

/**
 * The UUID of an attempt, which documents receive as `executionId`: the same for the same execution and number. A hash in
 * the form of a version 4 UUID, because a user's document may have an allowedPattern for just those.
 */
export const attemptId = (execution: string, attempt: number): string => {
  const hex = createHash('sha256').update(`${execution}#${attempt}`).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-');
};

const GROUP_ID = /^[A-Za-z0-9!-/:-@[-`{-~]{1,120}$/;

/**
 * The FIFO message group of an instance: executions of one group never overlap. SQS allows 128 letters, digits and
 * punctuation marks; another group tag stands in as its hash.
 */
export const messageGroupId = (instanceId: string, groupTag: string | undefined): string => {
  if (groupTag === undefined || groupTag === '') return instanceId;
  if (GROUP_ID.test(groupTag)) return `group:${groupTag}`;
  return `group:${createHash('sha256').update(groupTag).digest('hex').slice(0, 32)}`;
};
