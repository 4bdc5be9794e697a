import { paginateDescribeSnapshots, type Snapshot } from '@aws-sdk/client-ec2';
import type { OwnSnapshot } from '../core/removal/what-stays';
import { TAG } from '../core/snapshot-tags';
import { ec2 } from './clients';
import { tagMap } from './ec2-instances';

const toOwn = ({ SnapshotId = '', VolumeSize = 0, StartTime = new Date(0), Tags }: Snapshot): OwnSnapshot => {
  const tags = tagMap(Tags);
  return {
    snapshotId: SnapshotId,
    policyId: tags.get(TAG.policyId) ?? '',
    set: `${tags.get(TAG.executionId) ?? ''} ${tags.get(TAG.attempt) ?? ''}`,
    sizeGiB: VolumeSize,
    startedAt: StartTime,
  };
};

/** All snapshots of this account and region that carry the tag which marks them as ours. */
export const ownSnapshots = async (): Promise<readonly OwnSnapshot[]> => {
  const found: OwnSnapshot[] = [];
  const filter = { OwnerIds: ['self'], Filters: [{ Name: 'tag-key', Values: [TAG.policyId] }] };
  for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client: ec2, pageSize: 1000 }, filter))
    found.push(...Snapshots.map(toOwn));
  return found;
};
