import * as z from 'zod/mini';
import { describeRights } from '../iam/rights/ec2-rights';
import { operation } from '../operation';
import { describeFields, describePage, pick, refuseDryRun } from './describe';

import { type Attributes, matchesFilters } from './filters';
import type { Ec2 } from './state';

const schema = z.object({ ...describeFields, SnapshotId: z.optional(z.array(z.string())) });

/** The sandbox's locks are all of one kind. */
const LOCK_STATE = 'governance';

const attributes: Attributes = (name) => (name === 'lock-state' ? [LOCK_STATE] : undefined);

export const describeLockedSnapshots = (ec2: Ec2) =>
  operation(schema, describeRights, (input, { region }) => {
    refuseDryRun(input.DryRun);
    const matching = pick(ec2.state.snapshots, input.SnapshotId, 'Snapshot').filter(
      (one) => one.locked && one.region === region && matchesFilters(input.Filter, attributes),
    );
    const page = describePage(ec2, matching, input, input.SnapshotId);
    return {
      snapshotSet: page.items.map(({ id }) => ({ ownerId: ec2.account.accountId, snapshotId: id, lockState: LOCK_STATE })),
      nextToken: page.token,
    };
  });
