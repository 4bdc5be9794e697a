import * as z from 'zod/mini';
import { describeRights } from '../iam/rights/ec2-rights';
import { operation } from '../operation';
import { describeFields, describePage, pick, refuseDryRun } from './describe';
import { encryptionFields } from './encryption';
import { type Attributes, matchesFilters, tagAttribute } from './filters';
import { type Ec2, type SnapshotRecord, sizeGiB, tagSet } from './state';

const schema = z.object({
  ...describeFields,
  SnapshotId: z.optional(z.array(z.string())),
  Owner: z.optional(z.array(z.string())),
  RestorableBy: z.optional(z.array(z.string())),
});

export const describeSnapshots = (ec2: Ec2) =>
  operation(schema, describeRights, (input, { region }) => {
    refuseDryRun(input.DryRun);
    const ours = (input.Owner ?? ['self']).some((owner) => owner === 'self' || owner === ec2.account.accountId);
    const isVisible = (record: SnapshotRecord): boolean => record.region === region && record.visibleAt <= ec2.clock.monotonic();
    const visible = new Map([...ec2.state.snapshots].filter(([, record]) => ours && isVisible(record)));
    const matching = pick(visible, input.SnapshotId, 'Snapshot').filter((record) =>
      matchesFilters(input.Filter, attributesOf(ec2, record)),
    );
    const page = describePage(ec2, matching, input, input.SnapshotId);
    return { snapshotSet: page.items.map((record) => item(ec2, record)), nextToken: page.token };
  });

const attributesOf = (ec2: Ec2, record: SnapshotRecord): Attributes => {
  const known: Readonly<Record<string, readonly string[]>> = {
    'snapshot-id': [record.id],
    'volume-id': [record.volumeId],
    status: [record.state],
    description: [record.description],
    'owner-id': [ec2.account.accountId],
    'start-time': [record.startTime.toISOString()],
    encrypted: [String(record.kmsKeyId !== undefined)],
    'volume-size': [String(sizeGiB(record.volumeSizeMiB))],
  };
  return (name) => known[name] ?? tagAttribute(name, ec2.state.tags.get(record.id));
};

const item = (ec2: Ec2, record: SnapshotRecord) => ({
  ...snapshotFields(ec2, record),
  status: record.state,
  statusMessage: record.stateMessage,
  completionTime: record.completionTime,
  storageTier: record.archived ? 'archive' : 'standard',
});

/** What DescribeSnapshots and CreateSnapshots tell alike. */
export const snapshotFields = (ec2: Ec2, record: SnapshotRecord) => ({
  snapshotId: record.id,
  volumeId: record.volumeId,
  startTime: record.startTime,
  progress: record.state === 'completed' ? '100%' : '',
  ownerId: ec2.account.accountId,
  description: record.description,
  volumeSize: sizeGiB(record.volumeSizeMiB),
  ...encryptionFields(record.kmsKeyId),
  tagSet: tagSet(ec2.state, record.id),
});
