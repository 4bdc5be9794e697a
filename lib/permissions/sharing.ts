import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { fastRestoreZones } from '../../lambda/core/lifecycle/fast-restore/fast-restore-rules';
import { targetAccounts } from '../../lambda/core/lifecycle/sharing/share-rules';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { TAG } from '../../lambda/core/snapshot-tags';
import { allow, describeEc2, EC2_REGION, ec2Arn } from './statements';

/** Held on every statement here: a snapshot of ours. */
const OURS = { [`aws:ResourceTag/${TAG.policyId}`]: 'false' };

const onOwnSnapshots = (action: string, condition: Readonly<Record<string, readonly string[]>> = {}): PolicyStatement =>
  allow([`ec2:${action}`], [ec2Arn('snapshot')], { StringEquals: { ...EC2_REGION, ...condition }, Null: OURS });

/**
 * Sharing our snapshots with the accounts that the policies name, and ending it. The group `all` has a key of its own, which no statement
 * allows: a snapshot can't be made public.
 */
export const shareSnapshots = (policies: readonly Policy[]): PolicyStatement[] => {
  const accounts = targetAccounts(policies.flatMap(({ Schedules }) => Schedules));
  if (accounts.length === 0) return [];
  return [
    onOwnSnapshots('DescribeSnapshotAttribute'),
    onOwnSnapshots('ModifySnapshotAttribute', { 'ec2:Add/userId': accounts }),
    onOwnSnapshots('ModifySnapshotAttribute', { 'ec2:Remove/userId': accounts }),
  ];
};

/** Zones by id have no condition key. */
const isZoneId = (zone: string): boolean => /-az\d+$/.test(zone);

/**
 * Switching fast snapshot restore on, which costs by the hour, in the zones that the policies name; and off, which costs nothing, in any: where
 * a rule or a zone was taken out of a policy, too. A policy that names zones by their ids can't be held to them: IAM has no key for these.
 */
export const restoreFast = (policies: readonly Policy[]): PolicyStatement[] => {
  const zones = fastRestoreZones(policies.flatMap(({ Schedules }) => Schedules));
  const off = [describeEc2('DescribeFastSnapshotRestores'), onOwnSnapshots('DisableFastSnapshotRestores')];
  if (zones.length === 0) return off;
  return [...off, onOwnSnapshots('EnableFastSnapshotRestores', zones.some(isZoneId) ? {} : { 'ec2:AvailabilityZone': zones })];
};
