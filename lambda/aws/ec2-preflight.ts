import {
  CreateSnapshotsCommand,
  DescribeInstancesCommand,
  DescribeVolumesCommand,
  type Instance,
  paginateDescribeSnapshots,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import type { AttachedVolume } from '../core/execution/set-request';
import type { PastSet } from '../core/preflight/facts';
import { TAG } from '../core/snapshot-tags';
import type { PreflightEc2 } from '../preflight/ports';
import { ec2 } from './clients';
import { findInstances, isWindows, tagMap } from './ec2-instances';
import { isRootOf } from './ec2-observation';
import { createInput } from './ec2-snapshot-sets';
import { awsError } from './errors';

const describedInstance = async (instanceId: string): Promise<Instance | undefined> => {
  try {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [instanceId] }));
    return Reservations[0]?.Instances?.[0];
  } catch (thrown) {
    if (awsError(thrown).code.startsWith('InvalidInstanceID')) return undefined;
    throw thrown;
  }
};

const attachedVolumes = async (instance: Instance): Promise<readonly AttachedVolume[]> => {
  const Filters = [{ Name: 'attachment.instance-id', Values: [instance.InstanceId ?? ''] }];
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters, MaxResults: 500 }));
  const isRoot = isRootOf(instance);
  return Volumes.flatMap((volume) =>
    volume.VolumeId === undefined
      ? []
      : [{ volumeId: volume.VolumeId, root: isRoot(volume), keyId: volume.KmsKeyId, tags: tagMap(volume.Tags) }],
  );
};

const instance: PreflightEc2['instance'] = async (instanceId) => {
  const found = await describedInstance(instanceId);
  if (found?.State?.Name === undefined) return undefined;
  return {
    state: found.State.Name,
    instanceType: found.InstanceType ?? '',
    windows: isWindows(found),
    tags: tagMap(found.Tags),
    profile: found.IamInstanceProfile?.Arn,
    volumes: await attachedVolumes(found),
  };
};

/** With DryRun EC2 looks at the rights alone and always refuses, by a code of its own where it would have acted. */
const mayCreateSet: PreflightEc2['mayCreateSet'] = async (request) => {
  try {
    await ec2.send(new CreateSnapshotsCommand({ ...createInput(request), DryRun: true }));
    throw new Error('EC2 acted on a DryRun');
  } catch (thrown) {
    const { refused, code, message } = awsError(thrown);
    if (code === 'DryRunOperation') return { allowed: true };
    if (refused) return { allowed: false, code, message };
    throw thrown;
  }
};

const lastSet: PreflightEc2['lastSet'] = async (policyId, instanceId) => {
  const Filters = [
    { Name: `tag:${TAG.policyId}`, Values: [policyId] },
    { Name: `tag:${TAG.instanceId}`, Values: [instanceId] },
  ];
  let newest: Snapshot | undefined;
  for await (const { Snapshots = [] } of paginateDescribeSnapshots({ client: ec2, pageSize: 1000 }, { OwnerIds: ['self'], Filters }))
    for (const snapshot of Snapshots) if (timeOf(snapshot) > timeOf(newest)) newest = snapshot;
  return newest && pastSet(newest);
};

const timeOf = (snapshot: Snapshot | undefined): number => snapshot?.StartTime?.getTime() ?? 0;

const pastSet = (snapshot: Snapshot): PastSet => ({
  at: new Date(timeOf(snapshot)),
  consistency: snapshot.Tags?.find(({ Key }) => Key === TAG.consistency)?.Value ?? 'unknown',
});

export const preflightEc2: PreflightEc2 = { findInstances: (tag) => findInstances(tag), instance, mayCreateSet, lastSet };
