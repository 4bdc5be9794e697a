import * as z from 'zod/mini';
import { describeRights } from '../iam/rights/ec2-rights';
import { operation } from '../operation';
import { describeFields, describePage, pick, refuseDryRun } from './describe';
import { type Attributes, matchesFilters, tagAttribute } from './filters';
import { type Ec2, type InstanceRecord, instancesIn, isRootDevice, tagSet } from './state';

const schema = z.object({ ...describeFields, InstanceId: z.optional(z.array(z.string())) });

const STATE_CODES = { running: 16, stopped: 80 } as const;

export const describeInstances = (ec2: Ec2) =>
  operation(schema, describeRights, (input, { region }) => {
    refuseDryRun(input.DryRun);
    const matching = pick(instancesIn(ec2, region), input.InstanceId, 'InstanceID').filter((record) =>
      matchesFilters(input.Filter, attributesOf(ec2, record)),
    );
    const page = describePage(ec2, matching, input, input.InstanceId);
    return { reservationSet: page.items.map((record) => reservation(ec2, record)), nextToken: page.token };
  });

const attributesOf = (ec2: Ec2, { fleet, state }: InstanceRecord): Attributes => {
  const known: Readonly<Record<string, readonly string[]>> = {
    'instance-id': [fleet.machine.id],
    'instance-state-name': [state],
    'instance-state-code': [String(STATE_CODES[state])],
    'instance-type': [fleet.instanceType],
    'block-device-mapping.volume-id': fleet.machine.volumes.map(({ id }) => id),
    platform: fleet.platform === 'windows' ? ['windows'] : [],
  };
  return (name) => known[name] ?? tagAttribute(name, ec2.state.tags.get(fleet.machine.id));
};

const reservation = (ec2: Ec2, record: InstanceRecord) => ({
  reservationId: record.fleet.machine.id.replace(/^i-/, 'r-'),
  ownerId: ec2.account.accountId,
  groupSet: [],
  instancesSet: [instance(ec2, record)],
});

const instance = (ec2: Ec2, { fleet, state, launchTime }: InstanceRecord) => ({
  instanceId: fleet.machine.id,
  imageId: 'ami-00000000000000000',
  instanceState: { code: STATE_CODES[state], name: state },
  instanceType: fleet.instanceType,
  launchTime,
  placement: { availabilityZone: `${ec2.account.region}a`, tenancy: 'default' },
  iamInstanceProfile:
    fleet.profile === false ? undefined : { arn: `arn:aws:iam::${ec2.account.accountId}:instance-profile/targets`, id: 'AIPASANDBOX' },
  platform: fleet.platform === 'windows' ? 'windows' : undefined,
  platformDetails: fleet.platform === 'windows' ? 'Windows' : 'Linux/UNIX',
  architecture: 'x86_64',
  rootDeviceType: 'ebs',
  rootDeviceName: fleet.machine.volumes.find(({ deviceName }) => isRootDevice(deviceName))?.deviceName ?? '/dev/xvda',
  blockDeviceMapping: fleet.machine.volumes.map((volume) => ({
    deviceName: volume.deviceName,
    ebs: { volumeId: volume.id, status: 'attached', attachTime: launchTime, deleteOnTermination: isRootDevice(volume.deviceName) },
  })),
  tagSet: tagSet(ec2.state, fleet.machine.id),
});
