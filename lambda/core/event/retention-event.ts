import * as z from 'zod/mini';
import { LATE_FAILURE } from '../lifecycle/completion';
import { SKIP_REASONS } from '../lifecycle/retention/keeper';
import { scheduleTag } from '../lifecycle/retention/kept-set';
import { ORPHAN_REASONS } from '../lifecycle/retention/orphan';
import type { SnapshotSet } from '../lifecycle/snapshot-set';
import { instanceArn, type OutgoingEvent, type Place, policyArn, resourceArns, timeSchema } from './common';

export const RETENTION_DETAIL_TYPE = 'Stillpoint Retention Notification';

/** `detail` of the event that tells what retention does with a set. */
export const retentionDetailSchema = z.object({
  /**
   * `deleting`: its retention is over, or it ended in error, and its snapshots are being deleted. `skipped`: it should be, but the set stays as it is. `incomplete`: some of its
   * snapshots are deleted, others can't be. `orphaned`: nothing will ever delete it.
   */
  result: z.enum(['deleting', 'skipped', 'incomplete', 'orphaned']),
  policy_id: z.string(),
  /** The instance's ARN. */
  source: z.string(),
  resource_type: z.literal('EBS_SNAPSHOT'),
  /** The members of the set that are meant, with EC2's state of each. */
  resources: z.array(z.object({ status: z.string(), resource_id: z.string(), source: z.string() })),
  execution_id: z.string(),
  /** The attempt that the set is of; 0: made without scripts. */
  attempt: z.number(),
  /** The schedules that made it, as their tag names them. */
  schedules: z.string(),
  /** What the set is worth. */
  consistency: z.string(),
  reason: z.enum(['expired', LATE_FAILURE, ...SKIP_REASONS, ...ORPHAN_REASONS]),
  /** What stands in the way. */
  detail: z.string(),
  /** When the set was made. */
  start_time: timeSchema,
});
export type RetentionDetail = z.infer<typeof retentionDetailSchema>;

export interface RetentionEventContext {
  readonly place: Place;
  readonly policyId: string;
}

export const retentionEvent = (
  { place, policyId }: RetentionEventContext,
  set: SnapshotSet,
  { result, reason, detail = '' }: Pick<RetentionDetail, 'result' | 'reason'> & Partial<Pick<RetentionDetail, 'detail'>>,
): OutgoingEvent & { readonly detail: RetentionDetail } => {
  const policy = policyArn(place, policyId);
  return {
    detailType: RETENTION_DETAIL_TYPE,
    resources: [policy],
    detail: {
      ...{ result, policy_id: policy, source: instanceArn(place, set.instanceId), resource_type: 'EBS_SNAPSHOT' },
      resources: set.members.map((member) => ({ status: member.state, ...resourceArns(place, member) })),
      ...{ execution_id: set.executionId, attempt: Number(set.attempt), schedules: scheduleTag(set), consistency: set.consistency },
      ...{ reason, detail, start_time: set.startedAt.toISOString() },
    },
  };
};
