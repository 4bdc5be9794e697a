import { LATEST_START_MS } from '../core/execution/admission';
import type { ExecutionMessage } from '../core/execution-message';
import { runId } from '../core/ids';
import type { Run } from '../core/plan-run';
import type { Instance } from '../core/plan-targets';

/** The log line of a plan. */
export interface PlanReport {
  readonly level: 'info' | 'warn';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

const countBy = (values: readonly string[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return Object.fromEntries(counts);
};

const sentence = (targets: number, leftOut: number, expired: boolean): string => {
  if (expired) return 'planned more than 60 min after the due minute: the worker will tell each execution as expired';
  if (targets > 0) return leftOut > 0 ? 'run planned for the targets with the canary tag alone' : 'run planned';
  return leftOut > 0 ? 'no target carries the canary tag: nothing planned' : 'no instance carries a target tag: nothing planned';
};

/** What was planned, from which schedules, for whom, how late, and who was left out. A run that comes to nothing is a warning. */
export const planReport = (run: Run, messages: readonly ExecutionMessage[], leftOut: readonly Instance[], now: Date): PlanReport => {
  const late = Math.max(0, now.getTime() - run.due.getTime());
  const expired = late > LATEST_START_MS;
  return {
    level: messages.length === 0 || expired ? 'warn' : 'info',
    message: sentence(messages.length, leftOut.length, expired),
    fields: {
      runId: runId(run.policyId, run.due),
      policyId: run.policyId,
      due: run.due.toISOString(),
      lateMinutes: Math.floor(late / 60_000),
      schedules: run.schedules,
      targets: messages.length,
      states: countBy(messages.map(({ instanceState }) => instanceState)),
      agents: countBy(messages.map(({ agent }) => agent)),
      groups: new Set(messages.map(({ messageGroupId }) => messageGroupId)).size,
      instanceIds: messages.map(({ instanceId }) => instanceId),
      ...(leftOut.length === 0 ? {} : { leftOut: leftOut.length, leftOutIds: leftOut.map(({ id }) => id) }),
    },
  };
};
