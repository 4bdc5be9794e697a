import {
  DescribeInstancesCommand,
  type DescribeInstancesCommandInput,
  type DescribeInstancesCommandOutput,
  type Instance as Ec2Instance,
  type Filter,
} from '@aws-sdk/client-ec2';
import { type Instance, TARGET_STATES } from '../core/plan-targets';
import type { Tag } from '../core/policy/policy-schema';
import { throughThrottling } from './backoff';
import { ec2 } from './clients';
import { allPages } from './pages';

export type DescribeInstances = (
  input: DescribeInstancesCommandInput,
) => Promise<Pick<DescribeInstancesCommandOutput, 'Reservations' | 'NextToken'>>;

const describeInstances: DescribeInstances = (input) => ec2.send(new DescribeInstancesCommand(input));

/** EC2's largest page. */
const PAGE_SIZE = 1000;
const TRIES = 5;
const BASE_MS = 200;

/** In a filter's value `*` and `?` are wildcards; a backslash takes that from them. */
const escaped = (value: string): string => value.replace(/[\\*?]/g, (character) => `\\${character}`);

/** Tags by key. */
export const tagMap = (tags: Ec2Instance['Tags'] = []): ReadonlyMap<string, string> =>
  new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]));

/** EC2 names the platform of Windows alone. */
export const isWindows = (instance: Ec2Instance | undefined): boolean => instance?.Platform?.toLowerCase() === 'windows';

const toInstance = ({ InstanceId, State, Tags, LaunchTime }: Ec2Instance): readonly Instance[] => {
  if (InstanceId === undefined || State?.Name === undefined) return [];
  return [{ id: InstanceId, state: State.Name, tags: tagMap(Tags), launchedAt: LaunchTime }];
};

/**
 * Instances with this tag, in a state that makes them targets. One call a tag: filters of several keys are AND-ed. The caller
 * compares again to the letter.
 */
export const findInstances = async (tag: Tag, describe: DescribeInstances = describeInstances): Promise<readonly Instance[]> => {
  const Filters = [
    { Name: `tag:${tag.Key}`, Values: [escaped(tag.Value)] },
    { Name: 'instance-state-name', Values: [...TARGET_STATES] },
  ];
  return findAll(Filters, describe);
};

/** EC2 takes 200 values of a filter. */
const VALUES_A_FILTER = 200;

/** Instances of these ids, in any state. Ids stand in a filter, so that one which is gone fails no call. */
export const findInstancesOf = async (ids: readonly string[]): Promise<readonly Instance[]> => {
  const found: Instance[] = [];
  for (let start = 0; start < ids.length; start += VALUES_A_FILTER) {
    const Filters = [{ Name: 'instance-id', Values: ids.slice(start, start + VALUES_A_FILTER) }];
    found.push(...(await findAll(Filters, describeInstances)));
  }
  return found;
};

const findAll = (Filters: Filter[], describe: DescribeInstances): Promise<readonly Instance[]> =>
  allPages(async (token) => {
    const input = { Filters, MaxResults: PAGE_SIZE, ...(token === undefined ? {} : { NextToken: token }) };
    const page = await throughThrottling(TRIES, BASE_MS, () => describe(input));
    const instances = (page.Reservations ?? []).flatMap(({ Instances }) => Instances ?? []);
    return { items: instances.flatMap(toInstance), nextToken: page.NextToken };
  });
