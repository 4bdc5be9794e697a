import { CreateSnapshotsCommand, CreateTagsCommand, paginateDescribeSnapshots, type Snapshot } from '@aws-sdk/client-ec2';
import type { SetMember } from '../core/execution/facts';
import type { JournalSet } from '../core/execution/journal';
import { TAG, type Tags } from '../core/snapshot-tags';
import { isAppConsistent } from '../core/vss/vss-tags';
import type { CreateAnswer, SnapshotSets } from '../worker/ports';
import { retrying, throughThrottling } from './backoff';
import { ec2, ec2Once } from './clients';
import { tagMap } from './ec2-instances';
import { type AwsError, awsError } from './errors';

export const toEc2 = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

const create = async (instanceId: string, description: string, tags: Tags): Promise<CreateAnswer> => {
  const command = new CreateSnapshotsCommand({
    InstanceSpecification: { InstanceId: instanceId },
    Description: description,
    TagSpecifications: [{ ResourceType: 'snapshot', Tags: toEc2(tags) }],
  });
  try {
    const { Snapshots = [] } = await throughThrottling(3, 300, () => ec2Once.send(command));
    return { kind: 'created', members: Snapshots.flatMap(({ SnapshotId, VolumeId }) => memberOf(SnapshotId, VolumeId)) };
  } catch (thrown) {
    const { refused, code, message } = awsError(thrown);
    return refused ? { kind: 'failed', code, message } : { kind: 'unclear' };
  }
};

const memberOf = (snapshotId: string | undefined, volumeId: string | undefined): SetMember[] =>
  snapshotId === undefined || volumeId === undefined ? [] : [{ snapshotId, volumeId }];

const ofExecution = async (executionId: string): Promise<readonly JournalSet[]> => {
  const Filters = [{ Name: `tag:${TAG.executionId}`, Values: [executionId] }];
  const snapshots: Snapshot[] = [];
  for await (const page of paginateDescribeSnapshots({ client: ec2, pageSize: 1000 }, { OwnerIds: ['self'], Filters })) {
    snapshots.push(...(page.Snapshots ?? []));
  }
  return [...new Set(snapshots.map(attemptOf))].map((attempt) =>
    setOf(
      attempt,
      snapshots.filter((snapshot) => attemptOf(snapshot) === attempt),
    ),
  );
};

const attemptOf = (snapshot: Snapshot): number | undefined => {
  const value = tagOf(snapshot, TAG.attempt);
  return value === undefined ? undefined : Number(value);
};

const setOf = (attempt: number | undefined, members: readonly Snapshot[]): JournalSet => ({
  attempt,
  members: members.flatMap(({ SnapshotId, VolumeId }) => memberOf(SnapshotId, VolumeId)),
  consistency: members.some((snapshot) => (tagOf(snapshot, TAG.consistency) ?? 'pending') === 'pending') ? 'pending' : 'closed',
  inconsistent: members.flatMap((snapshot) => (isAppConsistent(tagMap(snapshot.Tags)) ? [] : (snapshot.SnapshotId ?? []))),
});

const tagOf = ({ Tags: tags = [] }: Snapshot, key: string): string | undefined => tags.find((tag) => tag.Key === key)?.Value;

/** A new snapshot, or the ownership tag on it that our role's right depends on, is visible only after a moment. */
const isNotVisibleYet = ({ code }: AwsError): boolean => code === 'InvalidSnapshot.NotFound' || code === 'UnauthorizedOperation';

const tag = async (members: readonly SetMember[], tags: Tags): Promise<void> => {
  if (members.length === 0) return;
  const command = new CreateTagsCommand({ Resources: members.map((member) => member.snapshotId), Tags: toEc2(tags) });
  await retrying(isNotVisibleYet, 7, 500, () => ec2.send(command));
};

export const ec2SnapshotSets: SnapshotSets = { create, ofExecution, tag };
