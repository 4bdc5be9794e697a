import { snapshotArn } from '../../account';
import { volumesOfSet } from '../../ec2/snapshot-volumes';
import type { Ec2, Tags } from '../../ec2/state';
import type { Call } from '../../operation';
import { type Check, type Context, requestTags, resourceTags } from '../check';

/** What EC2's calls are checked against: AWS's service authorization reference, and EBS's page of identity-based policy examples. */

const inRegion = ({ region }: Call, context: Context = {}): Context => ({ 'ec2:Region': [region], ...context });

/** Describe actions take no resource. */
export const describeRights = (_input: unknown, call: Call): readonly Check[] => [
  { action: `ec2:${call.action}`, resource: '*', context: inRegion(call) },
];

const tagsOf = (ec2: Ec2, id: string): Context => resourceTags(ec2.state.tags.get(id) ?? [], 'ec2:ResourceTag');

/** Snapshots carry no account in their ARN, instances and volumes do. */
const arnOfId = ({ account }: Ec2, { region }: Call, id: string): string => {
  if (id.startsWith('snap-')) return snapshotArn({ ...account, region }, id);
  return `arn:aws:ec2:${region}:${account.accountId}:${id.startsWith('vol-') ? 'volume' : 'instance'}/${id}`;
};

interface SetRequest {
  readonly InstanceSpecification: Parameters<typeof volumesOfSet>[1];
}

/**
 * CreateSnapshots: on the instance, on each volume, on each new snapshot, which has no tags of its own yet; and CreateTags where tags
 * are given or copied.
 */
export const createSnapshotsRights =
  <T extends SetRequest>(ec2: Ec2, tagsAtCreation: (input: T, volumeId: string) => Tags) =>
  (input: T, call: Call): readonly Check[] => {
    const { InstanceId } = input.InstanceSpecification;
    const action = 'ec2:CreateSnapshots';
    const instance = ec2.state.instances.get(InstanceId)?.fleet;
    const onInstance = { 'ec2:InstanceID': [InstanceId], ...(instance && { 'ec2:InstanceType': [instance.instanceType] }) };
    return [
      { action, resource: arnOfId(ec2, call, InstanceId), context: inRegion(call, { ...onInstance, ...tagsOf(ec2, InstanceId) }) },
      ...(instance === undefined ? [] : volumesOfSet(ec2.state, input.InstanceSpecification)).flatMap((volume) => {
        const ofVolume = {
          'ec2:VolumeType': [volume.volumeType],
          'ec2:Encrypted': [String(volume.kmsKeyId !== undefined)],
          ...tagsOf(ec2, volume.id),
        };
        const ofSnapshot = { 'ec2:ParentVolume': [arnOfId(ec2, call, volume.id)], ...requestTags(tagsAtCreation(input, volume.id)) };
        const snapshot = snapshotArn({ ...ec2.account, region: call.region }, '*');
        return [
          { action, resource: arnOfId(ec2, call, volume.id), context: inRegion(call, ofVolume) },
          { action, resource: snapshot, context: inRegion(call, ofSnapshot) },
          ...taggingRights(call, snapshot, ofSnapshot),
        ];
      }),
    ];
  };

interface CopyRequest {
  readonly SourceRegion: string;
  readonly SourceSnapshotId: string;
}

/**
 * CopySnapshot: on the new snapshot, whose id does not exist yet, and on the source, whose tags it does not look at; and CreateTags. The
 * examples of EBS's page tell the two apart by `snapshot/${*}` and `snapshot/snap-*`.
 */
export const copySnapshotRights =
  <T extends CopyRequest>(ec2: Ec2, tagsAtCreation: (input: T) => Tags) =>
  (input: T, call: Call): readonly Check[] => {
    const action = 'ec2:CopySnapshot';
    const source = snapshotArn({ ...ec2.account, region: input.SourceRegion }, input.SourceSnapshotId);
    const copy = snapshotArn({ ...ec2.account, region: call.region }, '*');
    const ofCopy = { 'ec2:ParentSnapshot': [source], ...requestTags(tagsAtCreation(input)) };
    return [
      { action, resource: copy, context: inRegion(call, ofCopy) },
      { action, resource: source, context: inRegion(call) },
      ...taggingRights(call, copy, ofCopy),
    ];
  };

/** Tags at creation. Without any, CreateTags is not asked. */
const taggingRights = (call: Call, snapshot: string, context: Context): readonly Check[] =>
  'aws:TagKeys' in context
    ? [{ action: 'ec2:CreateTags', resource: snapshot, context: inRegion(call, { ...context, 'ec2:CreateAction': [call.action] }) }]
    : [];

interface TagRequest {
  readonly ResourceId: readonly string[];
  readonly Tag: readonly { readonly Key: string; readonly Value?: string | undefined }[];
}

/** CreateTags by itself, on each resource: without `ec2:CreateAction`. */
export const createTagsRights =
  (ec2: Ec2) =>
  ({ ResourceId, Tag }: TagRequest, call: Call): readonly Check[] =>
    ResourceId.map((id) => ({
      action: 'ec2:CreateTags',
      resource: arnOfId(ec2, call, id),
      context: inRegion(call, { ...tagsOf(ec2, id), ...requestTags(Tag.map(({ Key, Value = '' }) => [Key, Value] as const)) }),
    }));

/** A right that a call needs on an existing snapshot. */
export const onSnapshot = (ec2: Ec2, call: Call, snapshotId: string, context: Context = {}): Check => ({
  action: `ec2:${call.action}`,
  resource: arnOfId(ec2, call, snapshotId),
  context: inRegion(call, { ...tagsOf(ec2, snapshotId), ...context }),
});

export const deleteSnapshotRights =
  (ec2: Ec2) =>
  ({ SnapshotId }: { readonly SnapshotId: string }, call: Call): readonly Check[] => [onSnapshot(ec2, call, SnapshotId)];
