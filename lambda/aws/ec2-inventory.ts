import { CreateTagsCommand, DescribeSnapshotsCommand, type Filter, type Snapshot } from '@aws-sdk/client-ec2';
import type { Member } from '../core/lifecycle/snapshot-set';
import { COPY_TAG, TAG } from '../core/snapshot-tags';
import type { Inventory, Owner } from '../lifecycle/ports';
import { throughThrottling } from './backoff';
import { ec2 } from './clients';
import { tagMap } from './ec2-instances';
import { toOwn } from './ec2-own-snapshots';
import { toEc2 } from './ec2-snapshot-sets';
import { allPages } from './pages';

/** EC2's largest page. */
const PAGE_SIZE = 1000;
/** EC2 takes 200 values of a filter. */
const VALUES_A_FILTER = 200;
/** Nobody waits for the lifecycle: it gives way to the worker's calls. */
const TRIES = 8;
const BASE_MS = 500;

/** Snapshots of this account, in this region or another. Ids stand in a filter, so that one which is gone fails no call. */
export const describeOwn = (filters: readonly Filter[], client = ec2): Promise<readonly Snapshot[]> =>
  allPages(async (token) => {
    const input = {
      OwnerIds: ['self'],
      Filters: [...filters],
      MaxResults: PAGE_SIZE,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const page = await throughThrottling(TRIES, BASE_MS, () => client.send(new DescribeSnapshotsCommand(input)));
    return { items: page.Snapshots ?? [], nextToken: page.NextToken };
  });

/** With all that EC2 tells of it. */
export const toMember = (snapshot: Snapshot): readonly Member[] =>
  toOwn(snapshot).map((own) => ({
    ...own,
    snapshotId: snapshot.SnapshotId ?? '',
    volumeId: snapshot.VolumeId ?? '',
    stateMessage: snapshot.StateMessage ?? '',
    completedAt: snapshot.CompletionTime,
    tags: tagMap(snapshot.Tags),
    sizeGiB: snapshot.VolumeSize ?? 0,
    encrypted: snapshot.Encrypted ?? false,
    keyId: snapshot.KmsKeyId,
    tier: snapshot.StorageTier ?? 'standard',
  }));

/** Not a copy of another region's snapshot, which the app in that region looks after, maybe under the same policy's id. */
const isOriginal = ({ Tags }: Snapshot): boolean => !tagMap(Tags).has(COPY_TAG.sourceSnapshot);

const find = async ({ policyId, instanceId }: Owner): Promise<readonly Member[]> => {
  const ofInstance = instanceId === undefined ? [] : [{ Name: `tag:${TAG.instanceId}`, Values: [instanceId] }];
  const found = await describeOwn([{ Name: `tag:${TAG.policyId}`, Values: [policyId] }, ...ofInstance]);
  return found.filter(isOriginal).flatMap(toMember);
};

const ownersOf = async (snapshotIds: readonly string[]): Promise<readonly Owner[]> => {
  const found: Owner[] = [];
  for (let start = 0; start < snapshotIds.length; start += VALUES_A_FILTER) {
    const ids = { Name: 'snapshot-id', Values: snapshotIds.slice(start, start + VALUES_A_FILTER) };
    for (const { Tags } of await describeOwn([ids, { Name: 'tag-key', Values: [TAG.policyId] }])) {
      const tags = tagMap(Tags);
      found.push({ policyId: tags.get(TAG.policyId) ?? '', instanceId: tags.get(TAG.instanceId) });
    }
  }
  return found;
};

const policyIds = async (): Promise<readonly string[]> => {
  const ids = (await describeOwn([{ Name: 'tag-key', Values: [TAG.policyId] }])).map(({ Tags }) => tagMap(Tags).get(TAG.policyId) ?? '');
  return [...new Set(ids)];
};

const tag: Inventory['tag'] = async (members, tags) => {
  const command = new CreateTagsCommand({ Resources: members.map(({ snapshotId }) => snapshotId), Tags: toEc2(tags) });
  await throughThrottling(TRIES, BASE_MS, () => ec2.send(command));
};

export const ec2Inventory: Inventory = { find, ownersOf, policyIds, tag };
