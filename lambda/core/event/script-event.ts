import * as z from 'zod/mini';
import type { Stage } from '../cause';
import { type Attempt, isOpen, type Script } from '../execution/facts';
import { attemptId } from '../ids';
import {
  causeText,
  dlmFields,
  instanceArn,
  type OutgoingEvent,
  type Place,
  policyArn,
  resourceSchema,
  resourcesOf,
  timeOrNoneSchema,
  timeSchema,
} from './common';

export const SCRIPT_DETAIL_TYPE = 'Stillpoint Pre Post Script Notification';
export const RECOVERY_THAW_DETAIL_TYPE = 'Stillpoint Recovery Thaw Notification';

/**
 * `detail` of a script's notification: DLM's fields with DLM's types. DLM publishes one sample, of VSS, in which
 * `script_stage` is "" and `result` "success": the other spellings are ours. What DLM has not is under `stillpoint`.
 */
export const scriptDetailSchema = z.object({
  /** "": a set by VSS. */
  script_stage: z.enum(['PRE', 'POST', '']),
  result: z.enum(['initiated', 'success', 'failed']),
  ...dlmFields,
  resources: z.array(resourceSchema),
  /** The attempt's UUID: what the document received as `executionId`. */
  request_id: z.string(),
  start_time: timeSchema,
  end_time: timeOrNoneSchema,
  timeout_time: timeOrNoneSchema,
  stillpoint: z.object({
    execution_id: z.string(),
    attempt: z.number(),
    /** How the script ended: `succeeded`, `failed`, `timed-out`, `lost` (no answer from SSM) or `refused` (by SSM). */
    outcome: z.enum(['', 'succeeded', 'failed', 'timed-out', 'lost', 'refused']),
    /** The raw exit code; null when the script gave none. */
    exit_code: z.nullable(z.number()),
    /** The error that the document's result line names, or SSM's; of VSS also what its snapshots lack. */
    error: z.string(),
    command_id: z.string(),
  }),
});
export type ScriptDetail = z.infer<typeof scriptDetailSchema>;

export interface ScriptEventContext {
  readonly place: Place;
  readonly policyId: string;
  readonly instanceId: string;
  readonly executionId: string;
  readonly executionHandler: string;
  /** Milliseconds. */
  readonly timeoutMs: number;
}

/** The notification of one script: `initiated` while it is open, else its end. A recovery thaw has a detail-type of its own. */
export const scriptEvent = (
  context: ScriptEventContext,
  attempt: Attempt,
  stage: Stage,
  script: Script,
  recovery: boolean,
): OutgoingEvent => {
  const policy = policyArn(context.place, context.policyId);
  const detail: ScriptDetail = {
    script_stage: stage === 'pre' ? 'PRE' : 'POST',
    result: isOpen(script) ? 'initiated' : script.kind === 'succeeded' ? 'success' : 'failed',
    cause: causeText(scriptCause(stage, script)),
    policy_id: policy,
    execution_handler: context.executionHandler,
    source: instanceArn(context.place, context.instanceId),
    resource_type: 'EBS_SNAPSHOT',
    resources: attempt.set?.kind === 'created' ? resourcesOf(context.place, attempt.set.members) : [],
    request_id: attemptId(context.executionId, attempt.number),
    start_time: script.sentAt.toISOString(),
    end_time: isOpen(script) ? '' : script.endedAt.toISOString(),
    timeout_time: new Date(script.sentAt.getTime() + context.timeoutMs).toISOString(),
    stillpoint: {
      execution_id: context.executionId,
      attempt: attempt.number,
      outcome: isOpen(script) ? '' : script.kind,
      exit_code: script.kind === 'failed' ? script.exitCode : script.kind === 'succeeded' ? 0 : null,
      error: scriptError(script),
      command_id: 'command' in script ? (script.command?.commandId ?? '') : '',
    },
  };
  return { detailType: recovery ? RECOVERY_THAW_DETAIL_TYPE : SCRIPT_DETAIL_TYPE, resources: [policy], detail };
};

const scriptCause = (stage: Stage, script: Script) => {
  if (script.kind === 'open' || script.kind === 'succeeded') return undefined;
  return script.kind === 'failed' ? script.cause : stage === 'pre' ? 201 : 202;
};

const scriptError = (script: Script): string => {
  if (script.kind === 'failed') return script.line?.error ?? '';
  return script.kind === 'refused' ? `${script.code}: ${script.message}` : '';
};
