import type { Mode } from '../instance/ports';
import type { Clock } from './clock';
import type { Deployment } from './deployment';
import type { Ec2State } from './ec2/state';
import type { Fleet } from './fleet';
import type { Command } from './ssm/command';
import type { Ssm } from './ssm/ssm';

export interface Viewed {
  readonly clock: Clock;
  readonly mode: Mode;
  readonly state: Ec2State;
  readonly fleet: Fleet;
  readonly deployment: Deployment;
  readonly ssm: Ssm;
}

/** What GET /_sandbox/state tells. */
export const stateOf = async ({ clock, mode, state, fleet, deployment, ssm }: Viewed) => ({
  time: clock.now().toISOString(),
  mode,
  instances: [...state.instances].map(([id, record]) => ({ id, state: record.state, online: fleet.nodes.get(id)?.agent() !== undefined })),
  frozen: Object.fromEntries(await fleet.frozen()),
  snapshots: [...state.snapshots.values()].map((one) => ({
    id: one.id,
    region: one.region,
    volumeId: one.volumeId,
    instanceId: one.instanceId,
    setId: one.setId,
    state: one.state,
    stateMessage: one.stateMessage,
    kmsKeyId: one.kmsKeyId,
    tags: Object.fromEntries(state.tags.get(one.id) ?? []),
  })),
  recycleBin: [...state.recycleBin.snapshots.keys()],
  commands: [...ssm.commands.values()].map(commandLine),
  queues: Object.fromEntries(deployment.queues.all.map((queue) => [queue.settings.name, queue.counts()])),
  functions: { running: deployment.functions.running, asynchronous: deployment.asyncInvoker.pending },
});

const commandLine = ({ commandId, documentName, comment, parameters, invocations }: Command) => ({
  commandId,
  documentName,
  comment,
  parameters,
  invocations: invocations.map(({ instanceId, status, statusDetails }) => ({ instanceId, status, statusDetails })),
});
