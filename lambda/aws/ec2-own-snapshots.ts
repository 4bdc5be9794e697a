import {
  DescribeSnapshotsCommand,
  type DescribeSnapshotsCommandInput,
  type DescribeSnapshotsCommandOutput,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import { TAG } from '../core/snapshot-tags';
import type { OwnSnapshot } from '../core/sweep/own-sets';
import { throughThrottling } from './backoff';
import { ec2 } from './clients';
import { allPages } from './pages';

export type DescribeSnapshots = (
  input: DescribeSnapshotsCommandInput,
) => Promise<Pick<DescribeSnapshotsCommandOutput, 'Snapshots' | 'NextToken'>>;

const describeSnapshots: DescribeSnapshots = (input) => ec2.send(new DescribeSnapshotsCommand(input));

/** EC2's largest page. */
const PAGE_SIZE = 1000;
/** Nobody waits for the sweep: it gives way to the worker's calls. */
const TRIES = 8;
const BASE_MS = 500;

/** One of our snapshots by its tags; none where EC2 left out state or time. */
export const toOwn = ({ Tags = [], State, StartTime }: Snapshot): readonly OwnSnapshot[] => {
  const tags = new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  const tag = (key: string): string => tags.get(key) ?? '';
  if (State === undefined || StartTime === undefined) return [];
  return [
    {
      instanceId: tag(TAG.instanceId),
      executionId: tag(TAG.executionId),
      attempt: tag(TAG.attempt),
      consistency: tag(TAG.consistency),
      reason: tag(TAG.reason),
      state: State,
      startedAt: StartTime,
    },
  ];
};

/** All snapshots of a policy, page by page. Policy ids have no wildcards in them. */
export const findOwnSnapshots = (policyId: string, describe: DescribeSnapshots = describeSnapshots): Promise<readonly OwnSnapshot[]> =>
  allPages(async (token) => {
    const input = {
      OwnerIds: ['self'],
      Filters: [{ Name: `tag:${TAG.policyId}`, Values: [policyId] }],
      MaxResults: PAGE_SIZE,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const page = await throughThrottling(TRIES, BASE_MS, () => describe(input));
    return { items: (page.Snapshots ?? []).flatMap(toOwn), nextToken: page.NextToken };
  });
