import {
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type Instance,
  paginateDescribeSnapshots,
  type Snapshot,
  type Volume,
} from '@aws-sdk/client-ec2';
import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm';
import type { ObservedVolume } from '../core/execution/admission';
import type { Instances } from '../worker/ports';
import { throughThrottling } from './backoff';
import { ec2, ec2Once, ssm } from './clients';
import { isWindows, tagMap } from './ec2-instances';
import { awsError } from './errors';

const observe: Instances['observe'] = async (instanceId) => {
  const instance = await describedInstance(instanceId);
  const state = instance?.State?.Name;
  const tags = tagMap(instance?.Tags);
  const host = { windows: isWindows(instance), instanceType: instance?.InstanceType ?? '' };
  if (state === undefined) return { state, tags, volumes: [], host };
  const Filters = [{ Name: 'attachment.instance-id', Values: [instanceId] }];
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters, MaxResults: 500 }));
  const snapshots = await snapshotsOf(Volumes.flatMap((volume) => volume.VolumeId ?? []));
  const isRoot = isRootOf(instance);
  return { state, tags, volumes: Volumes.flatMap((volume) => observedVolume(volume, isRoot(volume), snapshots)), host };
};

/** Whether a volume is an instance's root. One that several instances share has an attachment for each. */
export const isRootOf =
  (instance: Instance | undefined) =>
  ({ Attachments = [] }: Volume): boolean =>
    Attachments.some(({ InstanceId, Device }) => InstanceId === instance?.InstanceId && Device === instance?.RootDeviceName);

/** Through the client that CreateSnapshots uses, so that its connection is warm before anything is frozen. */
const describedInstance = async (instanceId: string): Promise<Instance | undefined> => {
  try {
    const { Reservations = [] } = await throughThrottling(4, 500, () =>
      ec2Once.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] })),
    );
    return Reservations[0]?.Instances?.[0];
  } catch (thrown) {
    if (awsError(thrown).code === 'InvalidInstanceID.NotFound') return undefined;
    throw thrown;
  }
};

const snapshotsOf = async (volumeIds: readonly string[]): Promise<readonly Snapshot[]> => {
  if (volumeIds.length === 0) return [];
  const Filters = [{ Name: 'volume-id', Values: [...volumeIds] }];
  const snapshots: Snapshot[] = [];
  for await (const page of paginateDescribeSnapshots({ client: ec2, pageSize: 1000 }, { OwnerIds: ['self'], Filters })) {
    snapshots.push(...(page.Snapshots ?? []));
  }
  return snapshots;
};

const observedVolume = (
  { VolumeId, VolumeType, KmsKeyId, Tags }: Volume,
  root: boolean,
  snapshots: readonly Snapshot[],
): ObservedVolume[] => {
  if (VolumeId === undefined) return [];
  const own = snapshots.filter((snapshot) => snapshot.VolumeId === VolumeId);
  const latest = Math.max(...own.map((snapshot) => snapshot.StartTime?.getTime() ?? 0));
  return [
    {
      volumeId: VolumeId,
      volumeType: VolumeType ?? '',
      root,
      tags: tagMap(Tags),
      keyId: KmsKeyId,
      lastSnapshotAt: own.length === 0 ? undefined : new Date(latest),
      pendingSnapshots: own.filter((snapshot) => snapshot.State === 'pending').length,
    },
  ];
};

const agent: Instances['agent'] = async (instanceId) => {
  const Filters = [{ Key: 'InstanceIds', Values: [instanceId] }];
  const { InstanceInformationList = [] } = await ssm.send(new DescribeInstanceInformationCommand({ Filters }));
  const [information] = InstanceInformationList;
  if (information === undefined) return { ping: 'unmanaged', platform: undefined };
  return { ping: information.PingStatus === 'Online' ? 'online' : 'offline', platform: information.PlatformType };
};

export const ec2Instances: Instances = { observe, agent };
