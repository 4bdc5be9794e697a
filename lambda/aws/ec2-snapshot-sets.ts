import {
  CreateSnapshotsCommand,
  type CreateSnapshotsCommandInput,
  CreateTagsCommand,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import type { SetMember } from '../core/execution/facts';
import type { JournalSet } from '../core/execution/journal';
import type { TaggedVolume } from '../core/set-tags';
import { TAG, type Tags } from '../core/snapshot-tags';
import { isAppConsistent, isDenied } from '../core/vss/vss-tags';
import type { CreateAnswer, CreateRequest, SnapshotSets } from '../worker/ports';
import { retrying, throughThrottling } from './backoff';
import { ec2, ec2Once } from './clients';
import { tagMap } from './ec2-instances';
import { type AwsError, awsError } from './errors';

export const toEc2 = (tags: Tags) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** What is not asked for is not named, either. */
export const createInput = ({ tags, ...request }: Omit<CreateRequest, 'description'>): CreateSnapshotsCommandInput => ({
  InstanceSpecification: {
    InstanceId: request.instanceId,
    ...(request.excludeBootVolume ? { ExcludeBootVolume: true } : {}),
    ...(request.excludeDataVolumeIds.length === 0 ? {} : { ExcludeDataVolumeIds: [...request.excludeDataVolumeIds] }),
  },
  ...(request.copiedTags === undefined ? {} : { CopyTagsFromSource: 'volume' }),
  TagSpecifications: [{ ResourceType: 'snapshot', Tags: toEc2(tags) }],
});

const create = async ({ description, ...request }: CreateRequest): Promise<CreateAnswer> => {
  const command = new CreateSnapshotsCommand({ ...createInput(request), Description: description });
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
  denied: members.some((snapshot) => isDenied(tagMap(snapshot.Tags))),
});

const tagOf = ({ Tags: tags = [] }: Snapshot, key: string): string | undefined => tags.find((tag) => tag.Key === key)?.Value;

/** A new snapshot, or the ownership tag on it that our role's right depends on, is visible only after a moment. */
const isNotVisibleYet = ({ code }: AwsError): boolean => code === 'InvalidSnapshot.NotFound' || code === 'UnauthorizedOperation';

const tag = async (members: readonly SetMember[], tags: Tags): Promise<void> => {
  if (members.length === 0) return;
  const command = new CreateTagsCommand({ Resources: members.map((member) => member.snapshotId), Tags: toEc2(tags) });
  await retrying(isNotVisibleYet, 7, 500, () => ec2.send(command));
};

/** EC2's limit for the values of one filter; a set has 128 volumes at most. By filter: an id that is gone would fail the call. */
const volumes = async (volumeIds: readonly string[]): Promise<readonly TaggedVolume[]> => {
  const found: TaggedVolume[] = [];
  const filter = { Filters: [{ Name: 'volume-id', Values: [...volumeIds] }] };
  for await (const { Volumes = [] } of paginateDescribeVolumes({ client: ec2, pageSize: 500 }, filter))
    found.push(
      ...Volumes.flatMap(({ VolumeId, Tags: tags }) => (VolumeId === undefined ? [] : [{ volumeId: VolumeId, tags: tagMap(tags) }])),
    );
  return found;
};

export const ec2SnapshotSets: SnapshotSets = { create, ofExecution, tag, volumes };
