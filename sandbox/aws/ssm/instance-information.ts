import * as z from 'zod/mini';
import { AwsError } from '../aws-error';
import { epoch } from '../epoch';
import { ssmRights } from '../iam/rights/ssm-rights';
import { operation } from '../operation';
import { pageOf } from '../pages';
import type { ManagedNode, Ssm } from './ssm';

const schema = z.object({
  Filters: z.optional(z.array(z.object({ Key: z.string(), Values: z.array(z.string()) }))),
  InstanceInformationFilterList: z.optional(z.array(z.object({ key: z.string(), valueSet: z.array(z.string()) }))),
  MaxResults: z.optional(z.int().check(z.minimum(5), z.maximum(50))),
  NextToken: z.optional(z.string()),
});

export const describeInstanceInformation = (ssm: Ssm) =>
  operation(schema, ssmRights, (input) => {
    const older = (input.InstanceInformationFilterList ?? []).map(({ key, valueSet }) => ({ Key: key, Values: valueSet }));
    const filters = [...(input.Filters ?? []), ...older];
    const found = [...ssm.nodes.values()].filter((node) => filters.every(({ Key, Values }) => fits(node, Key, Values)));
    const size = Math.min(input.MaxResults ?? 50, ssm.timing.pageLimit);
    const page = pageOf(found, { token: input.NextToken, size, badToken: 'InvalidNextToken' });
    return {
      InstanceInformationList: page.items.map((node) => view(ssm, node)),
      ...(page.token !== undefined && { NextToken: page.token }),
    };
  });

const pingStatus = (node: ManagedNode): string => (node.agent() === undefined ? 'ConnectionLost' : 'Online');
const platformType = (node: ManagedNode): string => (node.fleet.platform === 'windows' ? 'Windows' : 'Linux');

const fits = (node: ManagedNode, key: string, values: readonly string[]): boolean => {
  const { machine, tags } = node.fleet;
  if (key === 'InstanceIds') return values.includes(machine.id);
  if (key === 'PingStatus') return values.includes(pingStatus(node));
  if (key === 'PlatformTypes') return values.includes(platformType(node));
  if (key === 'ResourceType') return values.includes('EC2Instance');
  if (key === 'tag-key') return values.some((name) => Object.hasOwn(tags, name));
  if (key.startsWith('tag:')) return values.includes(tags[key.slice(4)] ?? '\0');
  throw new AwsError('InvalidInstanceInformationFilterValue', `The filter ${key} is not valid.`);
};

const view = (ssm: Ssm, node: ManagedNode) => ({
  InstanceId: node.fleet.machine.id,
  PingStatus: pingStatus(node),
  LastPingDateTime: epoch(ssm.clock.now()),
  AgentVersion: '3.3.0.0',
  IsLatestVersion: true,
  PlatformType: platformType(node),
  PlatformName: platformType(node),
  PlatformVersion: '1',
  ResourceType: 'EC2Instance',
  ComputerName: node.fleet.machine.id,
  IPAddress: '127.0.0.1',
});
