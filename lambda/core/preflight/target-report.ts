import * as z from 'zod/mini';
import { selectVolumes } from '../execution/set-request';
import { isVss } from '../execution-message';
import { plain } from '../snapshot-tags';
import { clockFinding } from './clock-finding';
import { documentFinding, dryRunFindings, recoveryFinding } from './document-findings';
import type { DryRunLine } from './dry-run-line';
import type { InstanceFacts, PreflightFacts, PreflightSubject } from './facts';
import { CHECKS, type Finding, failed, findingSchema } from './finding';
import { freezeFindings } from './freeze-findings';
import { agentFinding, instanceFinding, profileFinding } from './instance-findings';
import { policyFindings } from './policy-findings';
import { lastSetFinding, lastSetText, otherScriptsFinding, rightsFinding } from './set-findings';
import { sharingFindings } from './sharing-finding';
import { plannedSet, tagsFinding, volumeFindings } from './volume-findings';
import { vssFindings } from './vss-finding';

/** What a preflight says of one target. */
export const targetReportSchema = z.object({
  policyId: z.string(),
  instanceId: z.string(),
  /** The instance's tag `Name`; "" without one. */
  name: z.string(),
  schedules: z.array(z.string()),
  /** An execution now would end as `application`; by VSS as `reported`, which is VSS's best. */
  application: z.boolean(),
  /** Agent, document and the newest set, each in a word or two. */
  agent: z.string(),
  document: z.string(),
  lastSet: z.string(),
  /** Filesystems that a pre-script would freeze, and the others that could hold data, as the document's dry-run names them. */
  frozen: z.array(z.string()),
  left: z.array(z.string()),
  /** EBS volumes of the set, and how many of them lie under what is frozen. */
  volumes: z.number(),
  covered: z.number(),
  findings: z.array(findingSchema),
});
export type TargetReport = z.infer<typeof targetReportSchema>;

/** Judge a target by all that is known of it. */
export const targetReport = (facts: PreflightFacts): TargetReport => {
  const { policyId, instanceId, schedules, instance, now } = facts;
  const findings = findingsOf(facts)
    .map(plainFinding)
    .toSorted((a, b) => CHECKS.indexOf(a.check) - CHECKS.indexOf(b.check));
  const line = lineOf(facts);
  const inSet = instance === undefined ? [] : volumesInSet(facts, instance);
  const under = new Set((line?.freeze ?? []).flatMap(({ volumes }) => volumes));
  return {
    policyId,
    instanceId,
    name: plain(instance?.tags.get('Name') ?? ''),
    schedules: [...schedules],
    application: findings.every(({ result }) => result !== 'failed'),
    agent: agentWord(facts),
    document: documentWord(facts),
    lastSet: lastSetText(facts.lastSet, now),
    frozen: (line?.freeze ?? []).map(({ mount }) => plain(mount)),
    left: (line?.leave ?? []).map(({ mount, reason = '' }) => plain(`${mount} (${reason})`)),
    volumes: inSet.length,
    covered: inSet.filter((volume) => under.has(volume)).length,
    findings,
  };
};

/** Of a target that AWS gave no answers on. */
export const failedReport = ({ policyId, instanceId, schedules, plan }: PreflightSubject, error: string): TargetReport => ({
  ...{ policyId, instanceId, name: '', schedules: [...schedules], application: false },
  ...{ agent: 'unknown', document: plan?.executionHandler ?? 'none', lastSet: 'unknown', frozen: [], left: [], volumes: 0, covered: 0 },
  findings: [failed('instance', `could not be looked at: ${error}`, 'Run the preflight again; the log of stillpoint-preflight has more.')],
});

const idsOf = (volumes: readonly { readonly volumeId: string }[]): readonly string[] => volumes.map(({ volumeId }) => volumeId);

const volumesInSet = (subject: PreflightSubject, { volumes }: InstanceFacts): readonly string[] => {
  const selection = selectVolumes(plannedSet(subject), volumes);
  return selection.ok ? idsOf(selection.volumes) : [];
};

/** What an instance tells is read on terminals. */
const plainFinding = (finding: Finding): Finding => ({ ...finding, found: plain(finding.found) });

const lineOf = ({ dryRun }: PreflightFacts): DryRunLine | undefined => (dryRun.kind === 'ended' ? dryRun.line : undefined);

const agentWord = ({ agent }: PreflightFacts): string => {
  if (agent.kind === 'unreachable') return 'unknown';
  return agent.kind === 'unmanaged' ? agent.kind : `${agent.online ? 'online' : 'offline'} ${agent.version}`;
};

const documentWord = ({ plan, document }: PreflightFacts): string => {
  if (plan === undefined) return 'none';
  if (isVss(plan)) return plan.document;
  return document?.ok === true && document.version !== undefined ? `${plan.executionHandler} ${document.version}` : plan.executionHandler;
};

const findingsOf = (facts: PreflightFacts): readonly Finding[] => {
  const { instance, now, lastSet } = facts;
  const head = [...policyFindings(facts), instanceFinding(facts)];
  if (instance === undefined) return head;
  const plan = plannedSet(facts);
  const ofSet = [
    ...volumeFindings(plan, instance),
    rightsFinding(facts.rights),
    tagsFinding(plan, instance),
    ...sharingFindings(facts, plan, instance),
    lastSetFinding(lastSet, now),
  ];
  return [...head, ...ofSet, ...scriptFindings(facts, instance)];
};

/** What matters to scripts only. */
const scriptFindings = (facts: PreflightFacts, instance: NonNullable<PreflightFacts['instance']>): readonly Finding[] => {
  const { plan, agent, document, foreignPreScript } = facts;
  if (plan === undefined) return [];
  const reached = [profileFinding(instance, agent), ...(instance.state === 'running' ? [agentFinding(agent)] : [])]; // else that is why
  if (isVss(plan)) return [...reached, ...vssFindings(instance), otherScriptsFinding(foreignPreScript)];
  if (document === undefined) return [];
  return [
    ...reached,
    documentFinding(document, agent),
    ...recoveryFinding(document),
    ...dryRunFindings(facts.dryRun),
    ...lineFindings(facts, instance, plan.executionTimeout),
    otherScriptsFinding(foreignPreScript),
  ];
};

const lineFindings = (facts: PreflightFacts, instance: InstanceFacts, executionTimeout: number): readonly Finding[] => {
  const { dryRun } = facts;
  if (dryRun.kind !== 'ended' || dryRun.line === undefined) return [];
  const { sentAt, seenAt, line } = dryRun;
  return [
    clockFinding({ time: line.time, sentAt, seenAt, executionTimeout }),
    ...freezeFindings(line, volumesInSet(facts, instance), idsOf(instance.volumes)),
  ];
};
