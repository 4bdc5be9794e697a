import type { BrakesSeen } from '../core/brakes/seen';
import { parseComment } from '../core/execution/journal';
import { selectVolumes, WHOLE } from '../core/execution/set-request';
import { isVss, type SetPlan } from '../core/execution-message';
import { expirationOf } from '../core/expiration';
import { FOREIGN_PATIENCE_MS, foreignPreScript } from '../core/foreign-freeze';
import { executionId, runId } from '../core/ids';
import { documentFinding } from '../core/preflight/document-findings';
import type { AgentFacts, DocumentFacts, DryRunFacts, InstanceFacts, PreflightSubject } from '../core/preflight/facts';
import { instanceFinding } from '../core/preflight/instance-findings';
import { type TargetReport, targetReport } from '../core/preflight/target-report';
import { plannedSet } from '../core/preflight/volume-findings';
import { creationTags } from '../core/snapshot-tags';
import type { CreateRequest, PinnedDocument } from '../worker/ports';
import { askDryRun } from './ask-dry-run';
import type { PreflightPorts } from './ports';

/** Look at one target, as a run of now would find it. Reads, a DryRun and the document's dry-run: nothing is frozen and nothing made. */
export const preflightTarget = async (ports: PreflightPorts, subject: PreflightSubject): Promise<TargetReport> => {
  const { policyId, instanceId, plan } = subject;
  const instance = await ports.ec2.instance(instanceId);
  const [brakes, state, agent, pinned, rights, lastSet] = await Promise.all([
    brakesSeen(ports, policyId),
    ports.brakes.state(policyId).catch(() => undefined), // a table out of reach is told by the brakes
    plan === undefined ? NO_AGENT : ports.agent(instanceId),
    plan === undefined || isVss(plan) ? undefined : pinnedDocument(ports, plan.executionHandler, plan.stages),
    ports.ec2.mayCreateSet(sampleRequest(subject, instance)),
    ports.ec2.lastSet(policyId, instanceId),
  ]);
  const dryRun = await dryRunOf(ports, subject, instance, agent, pinned);
  const seen = {
    volumeKeys: ports.volumeKeys,
    brakes,
    state,
    instance,
    agent,
    document: pinned && factsOf(pinned),
    dryRun,
    rights,
    lastSet,
  };
  const open = instance === undefined || agent.kind === 'unreachable' ? undefined : await openElsewhere(ports, instanceId);
  return targetReport({ ...subject, ...seen, foreignPreScript: open });
};

const brakesSeen = async ({ brakes }: PreflightPorts, policyId: string): Promise<BrakesSeen> => {
  try {
    const [stop, { pause }] = await Promise.all([brakes.stopSwitch(), brakes.policy(policyId)]);
    return { readable: true, stop, pause, full: undefined };
  } catch (thrown) {
    return { readable: false, why: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown) };
  }
};

const NO_AGENT: AgentFacts = { kind: 'unmanaged' };

type Pinned = PinnedDocument | { readonly problem: string };

/** Where Systems Manager can't be asked its document can't be read either: the agent's finding says so. */
const pinnedDocument = async ({ documents }: PreflightPorts, name: string, stages: readonly ('pre' | 'post')[]): Promise<Pinned> => {
  try {
    return await documents.pin(name, stages);
  } catch (thrown) {
    return { problem: `document ${name} can not be read: ${thrown instanceof Error ? thrown.message : String(thrown)}` };
  }
};

const factsOf = (pinned: Pinned): DocumentFacts => {
  if ('problem' in pinned) return { ok: false, problem: pinned.problem };
  const { name, version, platforms, contract } = pinned;
  if (!contract.ok) return { ok: false, problem: `${name}: ${contract.problems.join('; ')}` };
  return { ok: true, name, version, platforms, contract: contract.document };
};

/** The dry-run is sent to targets only, where nothing stands against the document, and somebody is there to run it. */
const dryRunOf = async (
  ports: PreflightPorts,
  subject: PreflightSubject,
  instance: InstanceFacts | undefined,
  agent: AgentFacts,
  pinned: Pinned | undefined,
): Promise<DryRunFacts> => {
  if (instanceFinding({ ...subject, instance }).result === 'failed' || agent.kind !== 'managed' || !agent.online)
    return { kind: 'not-sent' };
  if (pinned === undefined || 'problem' in pinned || !pinned.contract.ok) return { kind: 'not-sent' };
  if (documentFinding(factsOf(pinned), agent).result === 'failed') return { kind: 'not-sent' };
  return askDryRun(ports, subject, pinned, pinned.contract.document.steps);
};

/** The set of a run of now: EC2's DryRun looks at its volumes and tags, too. What can't be asked for is a finding of its own. */
const sampleRequest = (subject: PreflightSubject, instance: InstanceFacts | undefined): Omit<CreateRequest, 'description'> => {
  const { instanceId } = subject;
  const plan = plannedSet(subject);
  const selection = selectVolumes(plan, instance?.volumes ?? []);
  return { ...(selection.ok ? selection.request : WHOLE), instanceId, tags: sampleTags(subject, plan) };
};

const sampleTags = ({ policyId, schedules, instanceId, now }: PreflightSubject, { ages, tags }: SetPlan) =>
  creationTags({
    policyId,
    schedules,
    executionId: executionId(runId(policyId, now), instanceId),
    instanceId,
    attempt: 1,
    preScript: 'SUCCESS',
    expires: expirationOf(ages, now),
    tags,
  });

const openElsewhere = async ({ commands, clock }: PreflightPorts, instanceId: string): Promise<string | undefined> => {
  const now = clock.now();
  const history = await commands.history(instanceId, new Date(now.getTime() - 2 * FOREIGN_PATIENCE_MS));
  const past = history.map((entry) => ({ ...entry, ours: parseComment(entry.comment) !== undefined }));
  return foreignPreScript(past, now);
};
