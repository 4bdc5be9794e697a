import { carriesTargetTag } from '../plan-targets';
import type { AgentFacts, InstanceFacts, PreflightFacts } from './facts';
import { type Finding, failed, ok, warning } from './finding';

const REGISTERING = 'Install and start the SSM Agent, give it an instance profile and a way to Systems Manager: docs/prerequisites.md.';

/** What EC2 says of the instance itself. */
export const instanceFinding = ({ policy, instance }: Pick<PreflightFacts, 'policy' | 'instance'>): Finding => {
  if (instance === undefined) return failed('instance', 'EC2 knows no such instance', 'Look at its id, the account and the Region.');
  const { state, tags, volumes } = instance;
  if (!carriesTargetTag(policy, tags))
    return failed('instance', 'carries no target tag of the policy', `Tag it: ${targetTags(policy.TargetTags)}.`);
  if (volumes.length === 0) return failed('instance', 'no EBS volume is attached', 'A set is made of EBS volumes: take the tag away.');
  if (state === 'stopped') return failed('instance', 'stopped: no script can run', 'Start it, or expect sets that say `stopped`.');
  if (state !== 'running') return failed('instance', `its state is ${state}`, 'Run the preflight again when it is running.');
  return ok('instance', `running, ${volumes.length === 1 ? '1 EBS volume' : `${volumes.length} EBS volumes`}`);
};

const targetTags = (tags: readonly { readonly Key: string; readonly Value: string }[]): string =>
  tags.map(({ Key, Value }) => `${Key} = ${Value}`).join(' or ');

/** The agent registers by the profile's role. Without one it can by Default Host Management Configuration alone. */
export const profileFinding = ({ profile }: InstanceFacts, agent: AgentFacts): Finding => {
  if (profile !== undefined) return ok('instance-profile', profile.slice(profile.lastIndexOf('/') + 1));
  const registered = agent.kind === 'managed' && agent.online;
  return registered
    ? warning('instance-profile', 'none: its agent registered another way', 'Default Host Management Configuration must stay as it is.')
    : warning(
        'instance-profile',
        'none: its agent can not register by one',
        'Attach a role with the policy that docs/prerequisites.md names.',
      );
};

export const agentFinding = (agent: AgentFacts): Finding => {
  switch (agent.kind) {
    case 'unreachable':
      return failed(
        'agent',
        `Systems Manager can not be asked: ${agent.error}`,
        'Does the Region have Systems Manager? Without it no script can run.',
      );
    case 'unmanaged':
      return failed('agent', 'Systems Manager does not know the instance', REGISTERING);
    case 'managed':
      return agent.online
        ? ok('agent', `online, version ${agent.version}, ${agent.platform}`)
        : failed(
            'agent',
            `version ${agent.version} has lost its connection`,
            'Is it running, and has it a way to Systems Manager? docs/prerequisites.md',
          );
  }
};
