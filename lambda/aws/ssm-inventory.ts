import {
  DescribeInstanceInformationCommand,
  type DescribeInstanceInformationCommandInput,
  type DescribeInstanceInformationCommandOutput,
} from '@aws-sdk/client-ssm';
import type { AgentState } from '../core/plan-messages';
import { throughThrottling } from './backoff';
import { ssm } from './clients';
import { allPages } from './pages';

export type DescribeInstanceInformation = (
  input: DescribeInstanceInformationCommandInput,
) => Promise<Pick<DescribeInstanceInformationCommandOutput, 'InstanceInformationList' | 'NextToken'>>;

const describeInstanceInformation: DescribeInstanceInformation = (input) => ssm.send(new DescribeInstanceInformationCommand(input));

/** SSM's largest page; a filter takes 100 values, so a chunk of a page's size is below both. */
const PAGE_SIZE = 50;
const TRIES = 5;
const BASE_MS = 200;

const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

const agentsOf = (ids: readonly string[], describe: DescribeInstanceInformation): Promise<readonly (readonly [string, AgentState])[]> =>
  allPages(async (token) => {
    const input = {
      Filters: [{ Key: 'InstanceIds', Values: [...ids] }],
      MaxResults: PAGE_SIZE,
      ...(token === undefined ? {} : { NextToken: token }),
    };
    const page = await throughThrottling(TRIES, BASE_MS, () => describe(input));
    const items = (page.InstanceInformationList ?? []).map(
      ({ InstanceId = '', PingStatus }) => [InstanceId, PingStatus === 'Online' ? 'online' : 'offline'] as const,
    );
    return { items, nextToken: page.NextToken };
  });

/** The agents of these instances. One that SSM doesn't list is absent: stopped, or not managed. */
export const agentStates = async (
  instanceIds: readonly string[],
  describe: DescribeInstanceInformation = describeInstanceInformation,
): Promise<ReadonlyMap<string, AgentState>> => {
  const agents = new Map<string, AgentState>();
  for (const ids of chunks(instanceIds, PAGE_SIZE)) for (const [id, state] of await agentsOf(ids, describe)) agents.set(id, state);
  return agents;
};
