import type { Plan, ScriptPlan } from '../execution-message';
import { VSS_DOCUMENTS, VSS_HANDLER } from '../vss/vss-documents';
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
export const scriptPlan = (policy: Policy, schedules: readonly Schedule[]): Plan | undefined => {
  const script = schedules.flatMap((schedule) => schedule.CreateRule.Scripts ?? [])[0];
  if (script === undefined) return undefined;
  const { RecoveryThaw = 'auto', RetryPause = 60, VssDocument = VSS_DOCUMENTS[0] } = policy.Stillpoint ?? {};
  const retries = {
    executeOperationOnScriptFailure: script.ExecuteOperationOnScriptFailure ?? true,
    maximumRetryCount: script.MaximumRetryCount ?? 0,
    retryPause: RetryPause,
  };
  if (script.ExecutionHandler === VSS_HANDLER) return { executionHandler: VSS_HANDLER, document: VssDocument, ...retries };
  return {
    stages: stagesOf(script),
    executionHandler: script.ExecutionHandler,
    executionTimeout: script.ExecutionTimeout ?? 10,
    recoveryThaw: RecoveryThaw,
    ...retries,
  };
};
