import type { Observation } from '../core/execution/admission';
import { parseComment } from '../core/execution/journal';
import { selectVolumes } from '../core/execution/set-request';
import { isVss } from '../core/execution-message';
import { FOREIGN_PATIENCE_MS, foreignPreScript } from '../core/foreign-freeze';
import { carriesTargetTag } from '../core/plan-targets';
import { againstVss } from '../core/vss/against-vss';
import type { DocumentPin, Execution } from './execution';
import type { Ports } from './ports';

/** What EC2 and Systems Manager say of the instance right before an attempt. */
export const observe = async (
  ports: Ports,
  execution: Execution,
  document: DocumentPin | undefined,
  paused: string | undefined,
): Promise<Observation> => {
  const { plan } = execution;
  const [instance, scripts] = await Promise.all([
    ports.instances.observe(execution.instanceId),
    plan && observeScripts(ports, execution, document),
  ]);
  const policy = ports.policy(execution.policyId);
  return {
    now: ports.clock.now(),
    instanceState: instance.state,
    isTarget: policy !== undefined && carriesTargetTag(policy, instance.tags),
    selection: selectVolumes(execution.setPlan, instance.volumes),
    scripts: scripts && { ...scripts, paused, againstVss: isVss(plan) ? againstVss(instance.host) : undefined },
  };
};

const observeScripts = async (
  ports: Ports,
  { instanceId }: Execution,
  document: DocumentPin | undefined,
): Promise<Omit<NonNullable<Observation['scripts']>, 'paused' | 'againstVss'>> => {
  const now = ports.clock.now();
  const [agent, history] = await Promise.all([
    ports.instances.agent(instanceId),
    ports.commands.history(instanceId, new Date(now.getTime() - 2 * FOREIGN_PATIENCE_MS)),
  ]);
  const past = history.map((entry) => ({ ...entry, ours: parseComment(entry.comment) !== undefined }));
  return { agent: agent.ping, document: documentObserved(document, agent.platform), foreignPreScript: foreignPreScript(past, now) };
};

/** A step whose platform precondition is not met is skipped and the command still succeeds: refuse it beforehand. */
const documentObserved = (
  document: DocumentPin | undefined,
  platform: string | undefined,
): NonNullable<Observation['scripts']>['document'] => {
  if (document === undefined) return { ok: true, autoThawSeconds: undefined }; // AWS's own, of VSS
  if (!document.ok) return document;
  const { name, platforms } = document.pinned;
  if (platform !== undefined && platforms.length > 0 && !platforms.includes(platform)) {
    return { ok: false, problem: `document ${name} is for ${platforms.join(', ')}, the instance runs ${platform}` };
  }
  return { ok: true, autoThawSeconds: document.contract.autoThawSeconds };
};
