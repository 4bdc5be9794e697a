import {
  DeleteSnapshotCommand,
  DescribeFastSnapshotRestoresCommand,
  DescribeImagesCommand,
  DescribeLockedSnapshotsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { type Keeper, keeperOf } from '../core/lifecycle/retention/keeper';
import type { Member } from '../core/lifecycle/snapshot-set';
import type { Deletion } from '../lifecycle/ports';
import { ec2 } from './clients';
import { describeOwn } from './ec2-inventory';
import { awsError } from './errors';
import { allPages } from './pages';

const idsOf = (members: readonly Member[]): string[] => members.map(({ snapshotId }) => snapshotId);

/** Also in the time in which a compliance lock could still be taken back. One that has run out is listed as `expired`. */
const lockedOf = async (members: readonly Member[], client: EC2Client): Promise<readonly string[]> => {
  const { Snapshots = [] } = await client.send(new DescribeLockedSnapshotsCommand({ SnapshotIds: idsOf(members) }));
  return Snapshots.flatMap(({ SnapshotId, LockState }) => (SnapshotId === undefined || LockState === 'expired' ? [] : [SnapshotId]));
};

/** A set has at most 128 members, a filter 200 values. */
const imagesOf = (members: readonly Member[], client: EC2Client): Promise<readonly string[]> =>
  allPages(async (token) => {
    const Filters = [{ Name: 'block-device-mapping.snapshot-id', Values: idsOf(members) }];
    const next = token === undefined ? {} : { NextToken: token };
    const page = await client.send(new DescribeImagesCommand({ Owners: ['self'], IncludeDisabled: true, Filters, ...next }));
    return { items: (page.Images ?? []).flatMap(({ ImageId }) => ImageId ?? []), nextToken: page.NextToken };
  });

/** Until it is off in each zone. */
const restoredFastOf = (members: readonly Member[], client: EC2Client): Promise<readonly string[]> =>
  allPages(async (token) => {
    const Filters = [
      { Name: 'snapshot-id', Values: idsOf(members) },
      { Name: 'state', Values: ['enabling', 'optimizing', 'enabled', 'disabling'] },
    ];
    const next = token === undefined ? {} : { NextToken: token };
    const page = await client.send(new DescribeFastSnapshotRestoresCommand({ Filters, ...next }));
    return { items: (page.FastSnapshotRestores ?? []).flatMap(({ SnapshotId }) => SnapshotId ?? []), nextToken: page.NextToken };
  });

/** In this region, or another. */
export const findKeeper = async (members: readonly Member[], client = ec2): Promise<Keeper | undefined> =>
  keeperOf(members, {
    locked: await lockedOf(members, client),
    images: await imagesOf(members, client),
    restoredFast: [...new Set(await restoredFastOf(members, client))],
  });

/**
 * The SDK tries again where EC2 throttles or gives no answer: the second call then finds nothing. What EC2 answers for a snapshot that is gone,
 * or lies in the Recycle Bin, to a role that may delete by tag only, is not published: whatever is refused is looked for once more.
 */
const remove: Deletion['remove'] = async ({ snapshotId }) => {
  try {
    await ec2.send(new DeleteSnapshotCommand({ SnapshotId: snapshotId }));
    return { kind: 'deleted' };
  } catch (thrown) {
    const { code, message, throttled, refused } = awsError(thrown);
    if (throttled) return { kind: 'throttled' };
    if (!refused) throw thrown;
    if (code === 'InvalidSnapshot.NotFound') return { kind: 'deleted' }; // it may still be listed
    const found = await describeOwn([{ Name: 'snapshot-id', Values: [snapshotId] }]);
    return found.length === 0 ? { kind: 'deleted' } : { kind: 'refused', code, message };
  }
};

export const ec2Deletion: Pick<Deletion, 'findKeeper' | 'remove'> = { findKeeper: (members) => findKeeper(members), remove };
