import * as z from 'zod/mini';
import { FAULT_KINDS, type PolicyState } from '../policy-state/policy-state';
import { type OutgoingEvent, type Place, policyArn, timeSchema } from './common';

export const POLICY_STATE_DETAIL_TYPE = 'Stillpoint Policy State Change';

/** `detail` of a change of a policy's state: the fields of DLM's event, and ours under `stillpoint`. */
export const policyStateDetailSchema = z.object({
  /** DLM tells `ERROR`; `ENABLED` when it is over. */
  state: z.enum(['ENABLED', 'ERROR']),
  /** What is amiss; "" when it is over. */
  cause: z.string(),
  /** The policy's ARN. */
  policy_id: z.string(),
  stillpoint: z.object({
    /** What was met, also when it is over. */
    fault: z.enum(FAULT_KINDS),
    /** The document concerned; "" where it is no matter. */
    execution_handler: z.string(),
    since: timeSchema,
    /** The execution that met it, or was the first to pass; of `plan` the run. */
    execution_id: z.string(),
  }),
});
export type PolicyStateDetail = z.infer<typeof policyStateDetailSchema>;

export const policyStateEvent = (place: Place, policyId: string, { state, fault, since, by }: PolicyState): OutgoingEvent => {
  const detail: PolicyStateDetail = {
    state,
    cause: state === 'ERROR' ? fault.cause : '',
    policy_id: policyArn(place, policyId),
    stillpoint: { fault: fault.kind, execution_handler: fault.handler, since: since.toISOString(), execution_id: by },
  };
  return { detailType: POLICY_STATE_DETAIL_TYPE, resources: [detail.policy_id], detail };
};
