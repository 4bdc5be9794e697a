import * as z from 'zod/mini';
import { deleteSnapshotRights } from '../iam/rights/ec2-rights';
import { operation } from '../operation';
import { notFound, refuseDryRun } from './describe';
import type { Ec2 } from './state';

const schema = z.object({ DryRun: z.optional(z.string()), SnapshotId: z.string() });

export const deleteSnapshot = (ec2: Ec2) =>
  operation(schema, deleteSnapshotRights(ec2), async ({ DryRun, SnapshotId }) => {
    if (!ec2.state.snapshots.has(SnapshotId)) throw notFound('Snapshot', SnapshotId);
    refuseDryRun(DryRun);
    await ec2.store.deleteSnapshot(SnapshotId);
    ec2.state.snapshots.delete(SnapshotId);
    ec2.state.tags.delete(SnapshotId);
    return { return: true };
  });
