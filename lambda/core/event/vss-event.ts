import { vssVerdict } from '../execution/conclude-vss';
import { isVssConsistent, vssStep } from '../execution/decide-vss';
import { type Attempt, isOpen, type VssCommand } from '../execution/facts';
import { attemptId } from '../ids';
import { instanceArn, type OutgoingEvent, policyArn, resourcesOf } from './common';
import { SCRIPT_DETAIL_TYPE, type ScriptDetail, type ScriptEventContext } from './script-event';

/** The end of an attempt by VSS can be told once it is known what the command made, or that it made nothing. */
export const isVssOver = (attempt: Attempt): boolean => {
  const step = vssStep(attempt);
  return step === undefined || step.do === 'close';
};

/**
 * The notification of a VSS backup, as DLM's own sample has it: the scripts' detail-type, `script_stage`, `cause` and `timeout_time` "", and the
 * snapshots once they are made. `initiated` when the command is sent.
 */
export const vssEvent = (context: ScriptEventContext, attempt: Attempt, vss: VssCommand): OutgoingEvent => {
  const policy = policyArn(context.place, context.policyId);
  const failure = isOpen(vss) || isVssConsistent(attempt) ? '' : vssVerdict(attempt).detail;
  const detail: ScriptDetail = {
    script_stage: '',
    result: isOpen(vss) ? 'initiated' : isVssConsistent(attempt) ? 'success' : 'failed',
    cause: '',
    policy_id: policy,
    execution_handler: context.executionHandler,
    source: instanceArn(context.place, context.instanceId),
    resource_type: 'EBS_SNAPSHOT',
    resources: !isOpen(vss) && attempt.set?.kind === 'created' ? resourcesOf(context.place, attempt.set.members) : [],
    request_id: attemptId(context.executionId, attempt.number),
    start_time: vss.sentAt.toISOString(),
    end_time: isOpen(vss) ? '' : vss.endedAt.toISOString(),
    timeout_time: '',
    stillpoint: {
      execution_id: context.executionId,
      attempt: attempt.number,
      outcome: isOpen(vss) ? '' : vss.kind,
      exit_code: vss.kind === 'failed' ? vss.exitCode : vss.kind === 'succeeded' ? 0 : null,
      error: failure,
      command_id: 'command' in vss ? (vss.command?.commandId ?? '') : '',
    },
  };
  return { detailType: SCRIPT_DETAIL_TYPE, resources: [policy], detail };
};
