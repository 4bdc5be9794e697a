import * as z from 'zod/mini';
import type { PolicyRemains } from '../removal/what-stays';
import { TAG } from '../snapshot-tags';
import { type OutgoingEvent, type Place, policyArn, timeSchema } from './common';

export const REMOVED_DETAIL_TYPE = 'Stillpoint Removed';

/** `detail` of the last event of a stack: what it leaves, unmanaged and billed. */
export const removedDetailSchema = z.object({
  /** How many snapshots stay. Nothing deletes them any more. */
  snapshots: z.number(),
  /** GiB of their volumes. What is billed are the changed blocks, at most this, which EC2 does not tell. */
  size_gib: z.number(),
  policies: z.array(z.object({ policy_id: z.string(), sets: z.number(), snapshots: z.number(), size_gib: z.number(), newest: timeSchema })),
  /** The commands that list and delete them. */
  list: z.string(),
  delete: z.string(),
});
export type RemovedDetail = z.infer<typeof removedDetailSchema>;

const DESCRIBE = (region: string): string =>
  `aws ec2 describe-snapshots --region ${region} --owner-ids self --filters Name=tag-key,Values=${TAG.policyId}`;

/** Policies in one event: PutEvents takes 1 MB (AWS's limit), a stack 300 schedules. */
export const removedEvent = (place: Place, policies: readonly PolicyRemains[]): OutgoingEvent & { readonly detail: RemovedDetail } => {
  const sum = (of: (policy: PolicyRemains) => number): number => policies.reduce((total, policy) => total + of(policy), 0);
  const describe = DESCRIBE(place.region);
  return {
    detailType: REMOVED_DETAIL_TYPE,
    resources: [`arn:${place.partition}:stillpoint:${place.region}:${place.accountId}:stack`],
    detail: {
      snapshots: sum(({ snapshots }) => snapshots),
      size_gib: sum(({ sizeGiB }) => sizeGiB),
      policies: policies.map(({ policyId, sets, snapshots, sizeGiB, newest }) => ({
        ...{ policy_id: policyArn(place, policyId), sets, snapshots, size_gib: sizeGiB, newest: newest.toISOString() },
      })),
      list: `${describe} --query 'Snapshots[].[StartTime,SnapshotId,VolumeSize,Description]' --output table`,
      delete: `${describe} --query 'Snapshots[].[SnapshotId]' --output text | xargs -n 1 aws ec2 delete-snapshot --region ${place.region} --snapshot-id`,
    },
  };
};
