import { admit, type Observation } from '../core/execution/admission';
import { ADMISSION_PATIENCE_MS } from '../core/execution/deadlines';
import type { Facts } from '../core/execution/facts';
import { parseComment } from '../core/execution/journal';
import { withAttempt, withRefusal } from '../core/execution/progress';
import { FOREIGN_PATIENCE_MS, foreignPreScript } from '../core/foreign-freeze';
import type { DocumentPin, Execution } from './execution';
import type { Ports } from './ports';

/** Begin an attempt once nothing stands against it, or note why it may not begin. */
export const beginAttempt = async (
  ports: Ports,
  execution: Execution,
  document: DocumentPin | undefined,
  facts: Facts,
  attempt: number,
): Promise<Facts> => {
  const patienceEnds = ports.clock.now().getTime() + ADMISSION_PATIENCE_MS;
  for (;;) {
    const admission = admit(await observe(ports, execution, document));
    if (admission.kind === 'admitted') return withAttempt(facts, attempt);
    const now = ports.clock.now();
    if (admission.kind === 'refused' || now.getTime() + admission.ms > patienceEnds) {
      return withRefusal(facts, attempt, admission.why, admission.detail, now);
    }
    await ports.clock.sleep(admission.ms);
    await ports.lease.beat();
  }
};

const observe = async (ports: Ports, execution: Execution, document: DocumentPin | undefined): Promise<Observation> => {
  const [instance, scripts] = await Promise.all([
    ports.instances.observe(execution.instanceId),
    document && observeScripts(ports, execution, document),
  ]);
  return {
    now: ports.clock.now(),
    due: execution.due,
    policyEnabled: ports.policyEnabled(execution.policyId),
    instanceState: instance.state,
    volumes: instance.volumes,
    scripts,
  };
};

const observeScripts = async (
  ports: Ports,
  { instanceId }: Execution,
  document: DocumentPin,
): Promise<NonNullable<Observation['scripts']>> => {
  const now = ports.clock.now();
  const [agent, history] = await Promise.all([
    ports.instances.agent(instanceId),
    ports.commands.history(instanceId, new Date(now.getTime() - 2 * FOREIGN_PATIENCE_MS)),
  ]);
  const past = history.map((entry) => ({ ...entry, ours: parseComment(entry.comment) !== undefined }));
  return { agent: agent.ping, document: documentObserved(document, agent.platform), foreignPreScript: foreignPreScript(past, now) };
};

/** A step whose platform precondition is not met is skipped and the command still succeeds: refuse it beforehand. */
const documentObserved = (document: DocumentPin, platform: string | undefined): NonNullable<Observation['scripts']>['document'] => {
  if (!document.ok) return document;
  const { name, platforms } = document.pinned;
  if (platform !== undefined && platforms.length > 0 && !platforms.includes(platform)) {
    return { ok: false, problem: `document ${name} is for ${platforms.join(', ')}, the instance runs ${platform}` };
  }
  return { ok: true, autoThawSeconds: document.contract.autoThawSeconds };
};
