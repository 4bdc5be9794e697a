import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
import type { VolumeSpec } from '../../instance/ports';
import { AwsError } from '../aws-error';
import { createSnapshotsRights } from '../iam/rights/ec2-rights';
import { operation } from '../operation';
import { completeLater } from './completion';
import { notFound, refuseDryRun } from './describe';
import { snapshotFields } from './describe-snapshots';
import { admitVolume } from './snapshot-admission';
import { volumesOfSet } from './snapshot-volumes';
import { type Ec2, instancesIn, type SnapshotRecord, type Tags } from './state';
import { checkedTags, limitTags, tagsSchema } from './tags';

const schema = z.object({
  DryRun: z.optional(z.string()),
  Description: z.optional(z.string()),
  InstanceSpecification: z.object({
    InstanceId: z.string(),
    ExcludeBootVolume: z.optional(z.string()),
    ExcludeDataVolumeId: z.optional(z.array(z.string())),
  }),
  TagSpecification: z.optional(z.array(z.object({ ResourceType: z.string(), Tag: z.optional(tagsSchema) }))),
  CopyTagsFromSource: z.optional(z.enum(['volume'])),
});
type Input = z.infer<typeof schema>;

export const createSnapshots = (ec2: Ec2) =>
  operation(
    schema,
    createSnapshotsRights(ec2, (input: Input, volumeId) => tagsOf(ec2, input, volumeId)),
    async (input, call) => {
      refuseDryRun(input.DryRun);
      requireHere(ec2, call.region, input.InstanceSpecification.InstanceId);
      const volumes = volumesOfSet(ec2.state, input.InstanceSpecification);
      const tags = volumes.map(({ id }) => tagsOf(ec2, input, id));
      for (const volume of volumes) admitVolume(ec2, volume);
      const records = registerSet(ec2, input, volumes);
      for (const [index, record] of records.entries()) ec2.state.tags.set(record.id, tags[index] ?? new Map());
      for (const { id, volumeId } of records) call.touched.add(volumeId).add(id);
      await copy(ec2, records);
      completeLater(ec2, records);
      return { snapshotSet: records.map((record) => ({ ...snapshotFields(ec2, record), state: record.state })) };
    },
  );

const requireHere = (ec2: Ec2, region: string, instanceId: string): void => {
  if (!instancesIn(ec2, region).has(instanceId)) throw notFound('InstanceID', instanceId);
};

const tagsOf = (ec2: Ec2, input: Input, volumeId: string): Tags => {
  const specifications = input.TagSpecification ?? [];
  for (const { ResourceType } of specifications) {
    if (ResourceType !== 'snapshot')
      throw new AwsError('InvalidParameterValue', `'${ResourceType}' is not a valid taggable resource type for this operation.`);
  }
  const tags = checkedTags(specifications.flatMap(({ Tag = [] }) => Tag));
  if (input.CopyTagsFromSource === 'volume') addCopied(tags, ec2.state.tags.get(volumeId) ?? new Map());
  limitTags(tags);
  return tags;
};

/** A tag that is both given and copied fails the call. */
const addCopied = (tags: Tags, copied: ReadonlyMap<string, string>): void => {
  for (const [key, value] of copied) {
    if (key.startsWith('aws:')) continue;
    if (tags.has(key)) throw new AwsError('InvalidParameterValue', `Duplicate tag key '${key}' specified.`);
    tags.set(key, value);
  }
};

export const hexId = (prefix: string): string => `${prefix}-${randomBytes(9).toString('hex').slice(0, 17)}`;

/** Registered before the copy, so that a second call within it meets the rate of the volumes. */
const registerSet = (ec2: Ec2, input: Input, volumes: readonly VolumeSpec[]): readonly SnapshotRecord[] => {
  const setId = hexId('set');
  const startTime = ec2.clock.now();
  const records = volumes.map(
    (volume): SnapshotRecord => ({
      id: hexId('snap'),
      region: ec2.account.region,
      volumeId: volume.id,
      contentOf: volume.id,
      instanceId: input.InstanceSpecification.InstanceId,
      setId,
      description: input.Description ?? '',
      volumeSizeMiB: volume.sizeMiB,
      kmsKeyId: volume.kmsKeyId,
      startTime,
      visibleAt: ec2.clock.monotonic() + ec2.timing.snapshotVisibleMs,
      state: 'pending',
    }),
  );
  for (const record of records) ec2.state.snapshots.set(record.id, record);
  return records;
};

const copy = async (ec2: Ec2, records: readonly SnapshotRecord[]): Promise<void> => {
  try {
    await ec2.store.snapshot(new Map(records.map(({ volumeId, id }) => [volumeId, id])));
  } catch (error) {
    for (const { id } of records) {
      ec2.state.snapshots.delete(id);
      ec2.state.tags.delete(id);
    }
    throw error;
  }
};
