import * as z from 'zod/mini';
import type { VolumeSpec } from '../../instance/ports';
import { describeRights } from '../iam/rights/ec2-rights';
import { operation } from '../operation';
import { describeFields, describePage, pick, refuseDryRun } from './describe';
import { encryptionFields } from './encryption';
import { type Attributes, matchesFilters, tagAttribute } from './filters';
import { type Ec2, type Ec2State, type InstanceRecord, instancesIn, isRootDevice, sizeGiB, tagSet } from './state';

const schema = z.object({ ...describeFields, VolumeId: z.optional(z.array(z.string())) });

interface Attached {
  readonly volume: VolumeSpec;
  readonly owner: InstanceRecord;
}

/** Every volume of the fleet with its instance, by volume id. */
export const attachedVolumes = (instances: Ec2State['instances']): ReadonlyMap<string, Attached> =>
  new Map([...instances.values()].flatMap((owner) => owner.fleet.machine.volumes.map((volume) => [volume.id, { volume, owner }])));

export const describeVolumes = (ec2: Ec2) =>
  operation(schema, describeRights, (input, { region }) => {
    refuseDryRun(input.DryRun);
    const matching = pick(attachedVolumes(instancesIn(ec2, region)), input.VolumeId, 'Volume').filter((attached) =>
      matchesFilters(input.Filter, attributesOf(ec2, attached)),
    );
    const page = describePage(ec2, matching, input, input.VolumeId);
    return { volumeSet: page.items.map((attached) => item(ec2, attached)), nextToken: page.token };
  });

const attributesOf = (ec2: Ec2, { volume, owner }: Attached): Attributes => {
  const known: Readonly<Record<string, readonly string[]>> = {
    'attachment.instance-id': [owner.fleet.machine.id],
    'attachment.device': [volume.deviceName],
    'attachment.status': ['attached'],
    'volume-id': [volume.id],
    'volume-type': [volume.volumeType],
    status: ['in-use'],
  };
  return (name) => known[name] ?? tagAttribute(name, ec2.state.tags.get(volume.id));
};

const item = (ec2: Ec2, { volume, owner }: Attached) => ({
  volumeId: volume.id,
  size: sizeGiB(volume.sizeMiB),
  availabilityZone: `${ec2.account.region}a`,
  status: 'in-use',
  createTime: owner.launchTime,
  volumeType: volume.volumeType,
  ...encryptionFields(volume.kmsKeyId),
  attachmentSet: [
    {
      volumeId: volume.id,
      instanceId: owner.fleet.machine.id,
      device: volume.deviceName,
      status: 'attached',
      attachTime: owner.launchTime,
      deleteOnTermination: isRootDevice(volume.deviceName),
    },
  ],
  tagSet: tagSet(ec2.state, volume.id),
});
