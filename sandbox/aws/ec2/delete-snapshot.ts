import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { deleteSnapshotRights } from '../iam/rights/ec2-rights';
import { operation } from '../operation';
import { notFound, refuseDryRun } from './describe';
import { isRestoredFast } from './fast-restore';
import { putIntoBin } from './keep-snapshot';
import { type Ec2, type Ec2State, type SnapshotRecord, snapshotIn } from './state';
import { createTokenBucket } from './token-bucket';

const schema = z.object({ DryRun: z.optional(z.string()), SnapshotId: z.string() });

export const deleteSnapshot = (ec2: Ec2) => {
  const tokens = createTokenBucket(ec2.clock, ec2.timing.deleteSnapshotTokens);
  return operation(schema, deleteSnapshotRights(ec2), async ({ DryRun, SnapshotId }, { region }) => {
    if (!tokens.take()) throw new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
    const record = snapshotIn(ec2.state, region, SnapshotId);
    if (record === undefined) throw notFound('Snapshot', SnapshotId);
    refuseDryRun(DryRun);
    refuseKept(ec2.state, record);
    refuseRestoredFast(ec2, record);
    if (ec2.state.recycleBin.retains) putIntoBin(ec2.state, record);
    else await remove(ec2, record);
    return { return: true };
  });
};

/**
 * The code and message for an image are AWS's, as its users report them. Which code a locked snapshot is refused with, and what DeleteSnapshot
 * answers for one in the Recycle Bin (here: not found), is not published. An archived snapshot can be deleted.
 */
const refuseKept = ({ images }: Ec2State, { id, locked }: SnapshotRecord): void => {
  if (locked) throw new AwsError('OperationNotPermitted', `The snapshot ${id} is locked and can't be deleted.`);
  const image = [...images.values()].find(({ snapshotIds }) => snapshotIds.includes(id));
  if (image !== undefined) throw new AwsError('InvalidSnapshot.InUse', `The snapshot ${id} is currently in use by ${image.id}`);
};

/** AWS's, as its users report it. Its user guide says that deletion switches it off: both can't be, so it is switched off first. */
const refuseRestoredFast = (ec2: Ec2, record: SnapshotRecord): void => {
  if (isRestoredFast(ec2, record))
    throw new AwsError(
      'InvalidSnapshot.InUse',
      `The snapshot ${record.id} is currently enabled for fast restores. They must be disabled first.`,
    );
};

const remove = async ({ state, store }: Ec2, { id }: SnapshotRecord): Promise<void> => {
  await store.deleteSnapshot(id);
  state.snapshots.delete(id);
  state.tags.delete(id);
};
