import { CopySnapshotCommand, CreateTagsCommand, DeleteSnapshotCommand, type Snapshot } from '@aws-sdk/client-ec2';
import type { Member } from '../core/lifecycle/snapshot-set';
import { COPY_TAG, TAG } from '../core/snapshot-tags';
import type { Copies, CopyAnswer } from '../lifecycle/copy-ports';
import { throughThrottling } from './backoff';
import { ec2In, ec2OnceIn } from './clients';
import { findKeeper } from './ec2-deletion';
import { tagMap } from './ec2-instances';
import { describeOwn, toMember } from './ec2-inventory';
import { toEc2 } from './ec2-snapshot-sets';
import { awsError } from './errors';

/** A copy's volume id is arbitrary, "such as vol-ffff or vol-ffffffff" (EBS's page on copying): what tells it from a snapshot that is just being made. */
const COPY_VOLUME = /^vol-f+$/;
const TRIES = 5;
const BASE_MS = 500;

/** A copy with the volume that it is of, as its tag says. */
const withVolume = (copy: Member): Member => ({ ...copy, volumeId: copy.tags.get(COPY_TAG.sourceVolume) ?? copy.volumeId });

const descriptionOf = (sourceId: string, home: string): string => `Stillpoint copy of ${sourceId} from ${home}`;

/** We made it. A copy of a copy, which somebody made by hand, with all tags, has the description of its maker: it is neither counted nor deleted. */
export const isOwnCopy = ({ Description, Tags }: Pick<Snapshot, 'Description' | 'Tags'>, home: string): boolean =>
  Description === descriptionOf(tagMap(Tags).get(COPY_TAG.sourceSnapshot) ?? '', home);

/** Copies in other regions of the snapshots of the region `home`. Each call goes to the region of the copy. */
export const ec2Copies = (home: string): Copies => ({
  find: async (region, { policyId, instanceId }) => {
    const filters = [
      { Name: `tag:${TAG.policyId}`, Values: [policyId] },
      { Name: `tag:${COPY_TAG.sourceRegion}`, Values: [home] },
      ...(instanceId === undefined ? [] : [{ Name: `tag:${TAG.instanceId}`, Values: [instanceId] }]),
    ];
    const found = await describeOwn(filters, ec2In(region));
    return found
      .filter((snapshot) => isOwnCopy(snapshot, home))
      .flatMap(toMember)
      .map(withVolume);
  },
  pending: async (region) => {
    const pending = await describeOwn([{ Name: 'status', Values: ['pending'] }], ec2In(region));
    return pending.filter(({ VolumeId = '' }) => COPY_VOLUME.test(VolumeId)).length;
  },
  begin: async ({ member, rule }, tags): Promise<CopyAnswer> => {
    const command = new CopySnapshotCommand({
      SourceRegion: home,
      SourceSnapshotId: member.snapshotId,
      Description: descriptionOf(member.snapshotId, home),
      // Encrypted can't be false: it is left out, and the copy of an encrypted snapshot is encrypted all the same.
      ...(rule.encrypted ? { Encrypted: true } : {}),
      ...(rule.kmsKey === undefined ? {} : { KmsKeyId: rule.kmsKey }),
      TagSpecifications: [{ ResourceType: 'snapshot', Tags: toEc2(tags) }],
    });
    try {
      const { SnapshotId } = await ec2OnceIn(rule.region).send(command);
      return SnapshotId === undefined ? { kind: 'unclear' } : { kind: 'started', snapshotId: SnapshotId };
    } catch (thrown) {
      const { refused, throttled, code, message } = awsError(thrown);
      if (throttled || code === 'ResourceLimitExceeded') return { kind: 'later', message: `${code}: ${message}` };
      return refused ? { kind: 'refused', message: `${code}: ${message}` } : { kind: 'unclear' };
    }
  },
  tag: async (region, copies, tags) => {
    const command = new CreateTagsCommand({ Resources: copies.map(({ snapshotId }) => snapshotId), Tags: toEc2(tags) });
    await throughThrottling(TRIES, BASE_MS, () => ec2In(region).send(command));
  },
  findKeeper: (region, copies) => findKeeper(copies, ec2In(region)),
  delete: async (region, SnapshotId) => {
    try {
      await throughThrottling(TRIES, BASE_MS, () => ec2In(region).send(new DeleteSnapshotCommand({ SnapshotId })));
      return undefined;
    } catch (thrown) {
      const { refused, throttled, code, message } = awsError(thrown);
      if (code === 'InvalidSnapshot.NotFound') return undefined;
      if (refused && !throttled) return `${code}: ${message}`;
      throw thrown;
    }
  },
});
