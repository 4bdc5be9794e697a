import type { ScriptPlan } from '../execution-message';
import type { Policy, Schedule, Script } from './policy-schema';

const STAGES = { PRE: 'pre', POST: 'post' } as const;

const stagesOf = (script: Script): ScriptPlan['stages'] => {
  const stages = script.Stages ?? ['PRE', 'POST'];
  return (['PRE', 'POST'] as const).filter((stage) => stages.includes(stage)).map((stage) => STAGES[stage]);
};

/**
 * How a run of these schedules uses scripts: the script of the first schedule that has one, with DLM's defaults filled in.
 * `undefined`: none has one.
 */
export const scriptPlan = (policy: Policy, schedules: readonly Schedule[]): ScriptPlan | undefined => {
  const script = schedules.flatMap((schedule) => schedule.CreateRule.Scripts ?? [])[0];
  if (script === undefined) return undefined;
  return {
    stages: stagesOf(script),
    executionHandler: script.ExecutionHandler,
    executeOperationOnScriptFailure: script.ExecuteOperationOnScriptFailure ?? true,
    executionTimeout: script.ExecutionTimeout ?? 10,
    maximumRetryCount: script.MaximumRetryCount ?? 0,
    recoveryThaw: policy.Stillpoint?.RecoveryThaw ?? 'auto',
    retryPause: policy.Stillpoint?.RetryPause ?? 60,
  };
};
