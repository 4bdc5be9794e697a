import * as z from 'zod/mini';
import type { CopyReport } from '../lifecycle/copies/copy-report';
import { instanceArn, type OutgoingEvent, type Place, policyArn, snapshotArn, timeOrNoneSchema, timeSchema, volumeArn } from './common';

export const COPY_DETAIL_TYPE = 'Stillpoint Copy Notification';

/** `detail` of the events of copies in other regions: one for each snapshot when its copy begins and when it ends, and when a copy is deleted or can't be. */
export const copyDetailSchema = z.object({
  /** `copy`: CopySnapshot. `delete`: the copy's retention was over. */
  operation: z.enum(['copy', 'delete']),
  result: z.enum(['started', 'success', 'failed']),
  policy_id: z.string(),
  /** The instance's ARN. */
  source: z.string(),
  resource_type: z.literal('EBS_SNAPSHOT'),
  execution_id: z.string(),
  consistency: z.string(),
  /** ARNs of what was copied, and of its volume. */
  source_snapshot: z.string(),
  source_volume: z.string(),
  /** The copy's ARN; "" where EC2 refused to begin one. */
  snapshot: z.string(),
  /** Where the copy is. */
  region: z.string(),
  encrypted: z.boolean(),
  /** ARN of the copy's key; "" where none is named, or the copy is not encrypted. */
  kms_key: z.string(),
  /** Why it failed: EC2's StateMessage, or its refusal. */
  state_message: z.string(),
  /** Of a failed copy: how many have failed, and whether another is begun. */
  failures: z.number(),
  retried: z.boolean(),
  /** When the copy's retention is over; "": never. */
  expiration_time: timeOrNoneSchema,
  /** Keys of the source's tags that found no place among EC2's 50. */
  tags_left_out: z.array(z.string()),
  time: timeSchema,
});
export type CopyDetail = z.infer<typeof copyDetailSchema>;

export const copyEvent = (place: Place, policyId: string, report: CopyReport, now: Date): OutgoingEvent => {
  const detail: CopyDetail = {
    operation: report.operation,
    result: report.result,
    policy_id: policyArn(place, policyId),
    source: instanceArn(place, report.instanceId),
    resource_type: 'EBS_SNAPSHOT',
    execution_id: report.executionId,
    consistency: report.consistency,
    source_snapshot: snapshotArn(place, report.sourceSnapshot),
    source_volume: volumeArn(place, report.sourceVolume),
    snapshot: report.snapshotId === undefined ? '' : snapshotArn({ ...place, region: report.region }, report.snapshotId),
    region: report.region,
    encrypted: report.encrypted,
    kms_key: report.keyId ?? '',
    state_message: report.stateMessage,
    failures: report.failures,
    retried: report.retried,
    expiration_time: report.expires?.toISOString() ?? '',
    tags_left_out: [...report.leftOut],
    time: now.toISOString(),
  };
  return { detailType: COPY_DETAIL_TYPE, resources: [detail.policy_id], detail };
};
