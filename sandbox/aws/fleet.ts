import type { Agent, Machine } from '../instance/ports';
import type { FleetInstance } from '../ports';
import type { InstanceRecord } from './ec2/state';
import type { ManagedNode } from './ssm/ssm';
import { WindowsAgent, type WindowsPorts } from './vss/windows-agent';

/** What an instance can be told to do while the sandbox runs. */
export type InstanceAction = 'start' | 'stop' | 'reboot' | 'connect' | 'disconnect';

interface Member {
  readonly fleet: FleetInstance;
  readonly record: InstanceRecord;
  readonly machine: Machine;
  readonly agent: Agent;
  connected: boolean;
}

/** The instances: their machines, EC2's and SSM's view of them. */
export interface Fleet {
  readonly nodes: ReadonlyMap<string, ManagedNode>;
  boot(): Promise<void>;
  machine(instanceId: string): Machine;
  act(instanceId: string, action: InstanceAction): Promise<void>;
  /** Frozen mount points by instance id. */
  frozen(): Promise<ReadonlyMap<string, readonly string[]>>;
}

export const createFleet = (
  records: ReadonlyMap<string, InstanceRecord>,
  machineOf: (fleet: FleetInstance) => Machine,
  windows: WindowsPorts,
): Fleet => {
  const members = new Map<string, Member>(
    [...records].map(([id, record]) => {
      const { fleet } = record;
      const machine = machineOf(fleet);
      const agent = fleet.platform === 'windows' ? new WindowsAgent(fleet, machine.agent, windows) : machine.agent;
      return [id, { fleet, record, machine, agent, connected: fleet.agent === 'online' }];
    }),
  );
  const member = (instanceId: string): Member => {
    const found = members.get(instanceId);
    if (found === undefined) throw new Error(`no instance ${instanceId}`);
    return found;
  };
  const managed = [...members].filter(([, { fleet }]) => fleet.agent !== 'unmanaged');
  return {
    nodes: new Map(managed.map(([id, one]) => [id, { fleet: one.fleet, agent: () => agentOf(one) }])),
    boot: async () => {
      await Promise.all([...members.values()].filter(({ record }) => record.state === 'running').map(({ machine }) => machine.start()));
    },
    machine: (instanceId) => member(instanceId).machine,
    act: (instanceId, action) => act(member(instanceId), action),
    frozen: async () => {
      const running = [...members].filter(([, { record }]) => record.state === 'running');
      const found = await Promise.all(running.map(async ([id, { machine }]) => [id, await machine.frozen()] as const));
      return new Map(found.filter(([, mounts]) => mounts.length > 0));
    },
  };
};

const agentOf = ({ record, connected, agent }: Member): Agent | undefined => (record.state === 'running' && connected ? agent : undefined);

const act = async (member: Member, action: InstanceAction): Promise<void> => {
  const { record, machine } = member;
  if (action === 'connect' || action === 'disconnect') {
    member.connected = action === 'connect';
    return;
  }
  if (action !== 'start') {
    record.state = 'stopped';
    await machine.stop();
  }
  if (action !== 'stop') {
    await machine.start();
    record.state = 'running';
  }
};
