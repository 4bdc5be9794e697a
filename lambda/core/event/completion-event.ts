import * as z from 'zod/mini';
import { LATE_FAILURE } from '../lifecycle/completion';
import type { SnapshotSet } from '../lifecycle/snapshot-set';
import { instanceArn, type OutgoingEvent, type Place, policyArn, resourceArns, timeSchema } from './common';

export const COMPLETION_DETAIL_TYPE = 'Stillpoint Completion Notification';

/** `detail` of the event that a set's completion is told with: what the closing event said holds, or is withdrawn. */
export const completionDetailSchema = z.object({
  /** `confirmed`: EC2 completed all of the set, so that its consistency holds. `withdrawn`: EC2 could not, and there is no set. */
  result: z.enum(['confirmed', 'withdrawn']),
  policy_id: z.string(),
  /** The instance's ARN. */
  source: z.string(),
  resource_type: z.literal('EBS_SNAPSHOT'),
  /** All members of the set, with EC2's state of each. */
  resources: z.array(z.object({ status: z.string(), resource_id: z.string(), source: z.string() })),
  execution_id: z.string(),
  /** The attempt that the set is of; 0: made without scripts. */
  attempt: z.number(),
  /** What the set is worth now: `none` once it is withdrawn. */
  consistency: z.enum(['application', 'reported', 'crash', 'stopped', 'none']),
  reason: z.string(),
  /** What was told when the execution was closed. The same where it is confirmed. */
  told_consistency: z.enum(['application', 'reported', 'crash', 'stopped']),
  told_reason: z.string(),
  /** EC2's StateMessage of what failed. */
  detail: z.string(),
  /** When the set was made, and when it was found completed or failed. */
  start_time: timeSchema,
  end_time: timeSchema,
});
export type CompletionDetail = z.infer<typeof completionDetailSchema>;

export interface CompletionEventContext {
  readonly place: Place;
  readonly policyId: string;
  readonly now: Date;
}

const toldSchema = completionDetailSchema.shape.told_consistency;

/** Throws on a set whose execution is not closed: its consistency is none that an event could have told. */
export const completionEvent = (
  { place, policyId, now }: CompletionEventContext,
  result: CompletionDetail['result'],
  set: SnapshotSet,
): OutgoingEvent & { readonly detail: CompletionDetail } => {
  const policy = policyArn(place, policyId);
  const told = { consistency: toldSchema.parse(set.consistency), reason: set.reason };
  const left = result === 'confirmed' ? told : ({ consistency: 'none', reason: LATE_FAILURE } as const);
  const detail: CompletionDetail = {
    result,
    policy_id: policy,
    source: instanceArn(place, set.instanceId),
    resource_type: 'EBS_SNAPSHOT',
    resources: set.members.map((member) => ({ status: member.state, ...resourceArns(place, member) })),
    execution_id: set.executionId,
    attempt: Number(set.attempt),
    ...left,
    told_consistency: told.consistency,
    told_reason: told.reason,
    detail: [...new Set(set.members.map(({ stateMessage }) => stateMessage))].filter((text) => text !== '').join('; '),
    start_time: set.startedAt.toISOString(),
    end_time: now.toISOString(),
  };
  return { detailType: COMPLETION_DETAIL_TYPE, resources: [policy], detail };
};
