import { DescribeInstanceInformationCommand } from '@aws-sdk/client-ssm';
import type { AgentFacts } from '../core/preflight/facts';
import { ssm } from './clients';
import { awsError } from './errors';

/** The agent of an instance. Never throws: a Region without Systems Manager has no endpoint of it, and is an answer, too. */
export const ssmAgent = async (instanceId: string): Promise<AgentFacts> => {
  try {
    const Filters = [{ Key: 'InstanceIds', Values: [instanceId] }];
    const { InstanceInformationList = [] } = await ssm.send(new DescribeInstanceInformationCommand({ Filters }));
    const [agent] = InstanceInformationList;
    if (agent === undefined) return { kind: 'unmanaged' };
    const { PingStatus, AgentVersion = 'unknown', PlatformType = 'Linux' } = agent;
    return { kind: 'managed', online: PingStatus === 'Online', version: AgentVersion, platform: PlatformType };
  } catch (thrown) {
    const { code, message } = awsError(thrown);
    return { kind: 'unreachable', error: `${code}: ${message}` };
  }
};
