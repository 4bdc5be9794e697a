import type { ExecutionMessage } from './execution-message';
import { messageGroupId } from './ids';
import type { Run } from './plan-run';
import { setPlan } from './plan-set';
import type { Instance } from './plan-targets';
import { GROUP_TAG } from './snapshot-tags';

export type AgentState = ExecutionMessage['agent'];

/** The message of each target's execution, first attempt. */
export const executionMessages = (
  run: Run,
  targets: readonly Instance[],
  agents: ReadonlyMap<string, AgentState>,
): readonly ExecutionMessage[] =>
  targets.map((target) => ({
    version: 1,
    policyId: run.policyId,
    due: run.due.toISOString(),
    schedules: [...run.schedules],
    instanceId: target.id,
    instanceState: target.state,
    agent: agents.get(target.id) ?? 'unmanaged',
    messageGroupId: messageGroupId(target.id, target.tags.get(GROUP_TAG)),
    ...(run.script === undefined ? {} : { script: run.script }),
    set: setPlan(run, target.id),
    attempt: 1,
    thawOnly: false,
  }));
