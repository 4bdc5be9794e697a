import type { FleetInstance, VssFailure } from '../../ports';
import { accessKeyOf, FUNCTION_SECRET } from '../lambda/credentials';
import { parseTags } from './tags';

export interface SnapshotRequest {
  readonly endpoint: string;
  readonly region: string;
  readonly instance: FleetInstance;
  /** The command's parameter `ExcludeBootVolume`, `tags`. */
  readonly excludeBootVolume: boolean;
  readonly tags: string;
  /** What goes wrong, if anything. */
  readonly failure: VssFailure | undefined;
}

/** Its content is not published beyond "the components' version and the id of the set". */
const CONFIG = { Key: 'AwsVssConfig', Value: '{"VssComponents":"stand-in"}' };

/**
 * What the VSS components do with EC2, from the instance and with its profile's rights: one CreateSnapshots with the given tags, then `Device` and
 * `AppConsistent` on each snapshot. Nothing is frozen. Returns what the step prints; throws what it fails with.
 */
export const takeSnapshots = async (request: SnapshotRequest): Promise<string> => {
  const { instance, failure } = request;
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'; // the sandbox's reader has no use for it
  const { CreateSnapshotsCommand, CreateTagsCommand, EC2Client } = await import('@aws-sdk/client-ec2'); // loaded for Windows alone
  const credentials = { accessKeyId: accessKeyOf(instance.machine.id), secretAccessKey: FUNCTION_SECRET };
  const ec2 = new EC2Client({ endpoint: request.endpoint, region: request.region, credentials, maxAttempts: 1 });
  const last = instance.machine.volumes.at(-1)?.id;
  const { Snapshots = [] } = await ec2.send(
    new CreateSnapshotsCommand({
      InstanceSpecification: {
        InstanceId: instance.machine.id,
        ExcludeBootVolume: request.excludeBootVolume,
        ...(failure === 'volume-left-out' && last !== undefined && { ExcludeDataVolumeIds: [last] }),
      },
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: [...parseTags(request.tags), CONFIG] }],
    }),
  );
  if (failure === 'freeze-timeout') throw new Error('timeout waiting for VSS Freeze');
  if (failure === 'no-tags') return `${Snapshots.length} snapshots`;
  for (const { SnapshotId = '', VolumeId } of Snapshots) {
    const device = instance.machine.volumes.find(({ id }) => id === VolumeId)?.deviceName ?? '';
    const consistent = { Key: 'AppConsistent', Value: String(failure !== 'writer') };
    await ec2.send(new CreateTagsCommand({ Resources: [SnapshotId], Tags: [{ Key: 'Device', Value: device }, consistent] }));
  }
  return `${Snapshots.length} snapshots`;
};
