import { endedVss } from '../core/execution/command-state';
import { FIND_SET_PATIENCE_MS, VSS_FAILED_PATIENCE_MS, vssPatienceMs } from '../core/execution/deadlines';
import { isGood } from '../core/execution/decide-vss';
import { type Attempt, type Facts, isOpen, lastAttempt, type SetMember, type SnapshotSet, type VssCommand } from '../core/execution/facts';
import { commandComment, type JournalSet } from '../core/execution/journal';
import { withSet, withVss } from '../core/execution/progress';
import { selectVolumes } from '../core/execution/set-request';
import { isVss, type VssPlan } from '../core/execution-message';
import { vssParameters } from '../core/vss/vss-request';
import { tagsAfterVss } from '../core/vss/vss-tags';
import type { Execution, Run } from './execution';
import { followCommand } from './follow-command';
import { tagsOf } from './make-sets';
import type { PinnedDocument, Ports } from './ports';

const byVss = ({ id, plan }: Execution, facts: Facts): { readonly plan: VssPlan; readonly attempt: Attempt } => {
  const attempt = lastAttempt(facts);
  if (!isVss(plan) || attempt === undefined) throw new Error(`${id} makes no set by VSS`);
  return { plan, attempt };
};

/** AWS's document, in its default version: one command an attempt, so there is no second one that would have to run the same. */
const documentOf = ({ document: name }: VssPlan): PinnedDocument => ({
  ...{ name, version: undefined, hash: undefined, platforms: [] },
  contract: { ok: false, problems: [] },
});

/** The command that makes the set, from the instance and with the instance's rights. */
export const sendVss = async ({ ports, execution, report }: Run, facts: Facts): Promise<Facts> => {
  const { plan, attempt } = byVss(execution, facts);
  const sentAt = ports.clock.now();
  report.observe(withVss(facts, { kind: 'open', sentAt, command: undefined }));
  await report.flush();
  await ports.lease.beat();
  const answer = await ports.commands.send({
    instanceId: execution.instanceId,
    document: documentOf(plan),
    comment: commandComment(execution.runId, attempt.number, { stage: 'vss' }),
    parameters: vssParameters({ ...execution, executionId: execution.id, attempt: attempt.number }, execution.setPlan.excludeBootVolume),
  });
  if (answer.kind === 'refused') return withVss(facts, { ...answer, sentAt, endedAt: ports.clock.now() });
  return withVss(facts, { kind: 'open', sentAt, command: answer.kind === 'sent' ? answer.command : undefined });
};

/** To its end, within its bound. */
export const followVss = async ({ ports, execution }: Run, facts: Facts): Promise<Facts> => {
  const { plan, attempt } = byVss(execution, facts);
  if (!isOpen(attempt.vss)) return facts;
  return withVss(facts, await ended(ports, execution, plan, attempt, attempt.vss));
};

const ended = async (
  ports: Ports,
  execution: Execution,
  plan: VssPlan,
  attempt: Attempt,
  open: Extract<VssCommand, { kind: 'open' }>,
): Promise<VssCommand> => {
  // Several steps: the node's status tells the whole command.
  const followed = await followCommand(ports, execution, { attempt, stage: 'vss', open, steps: [], patienceMs: vssPatienceMs(plan) });
  const now = ports.clock.now();
  return followed === undefined
    ? { kind: 'lost', sentAt: open.sentAt, endedAt: now }
    : endedVss(followed.command, open.sentAt, followed.state, now);
};

/** Seconds between looks; EC2's answers on new snapshots and their tags are eventually consistent. */
const LOOK_MS = 3_000;

const NO_SNAPSHOTS: SnapshotSet = { kind: 'failed', code: 'NoSnapshots', message: 'no snapshot carries the tags of the VSS command' };

/** What the command made, found by the ids that went in with it; looked at again for a while, as long as anything is amiss. */
export const findVssSet = async ({ ports, execution }: Run, facts: Facts): Promise<Facts> => {
  const { attempt } = byVss(execution, facts);
  const succeeded = attempt.vss?.kind === 'succeeded';
  const volumes = await volumesOf(ports, execution);
  const patienceEnds = ports.clock.now().getTime() + (succeeded ? FIND_SET_PATIENCE_MS : VSS_FAILED_PATIENCE_MS);
  for (;;) {
    await ports.lease.beat();
    const found = (await ports.sets.ofExecution(execution.id)).find((set) => set.attempt === attempt.number);
    const set = found && checked(found, volumes);
    if ((set !== undefined && isGood(set.check)) || found?.denied || ports.clock.now().getTime() + LOOK_MS > patienceEnds)
      return withSet(facts, set ?? NO_SNAPSHOTS);
    await ports.clock.sleep(LOOK_MS);
  }
};

/** The volumes that the instance has now: one that came or went while VSS was at work makes the set doubtful. */
const volumesOf = async (ports: Ports, { instanceId, setPlan }: Execution) => {
  const { volumes } = await ports.instances.observe(instanceId);
  const selection = selectVolumes(setPlan, volumes);
  const ids = (some: typeof volumes) => some.map(({ volumeId }) => volumeId);
  return { attached: ids(volumes), expected: ids(selection.ok ? selection.volumes : volumes) };
};

const checked = ({ members, inconsistent = [] }: JournalSet, { attached, expected }: Awaited<ReturnType<typeof volumesOf>>) => {
  const copied = members.map(({ volumeId }) => volumeId);
  const missing = expected.filter((volumeId) => !copied.includes(volumeId));
  const foreign = copied.filter((volumeId) => !attached.includes(volumeId));
  return { kind: 'created', members, answeredBeforePost: true, check: { inconsistent, missing, foreign } } as const;
};

/** The tags that its command could not give a set: ours, then the policy's, for which IAM has another statement. The verdict does not wait for them. */
export const tagVssSet = async (ports: Ports, execution: Execution, members: readonly SetMember[], attempt: number): Promise<void> => {
  try {
    for (const tags of tagsAfterVss(tagsOf(ports, execution, { attempt, preScript: undefined })))
      if (Object.keys(tags).length > 0) await ports.sets.tag(members, tags);
  } catch (error) {
    ports.log('warn', 'a set that VSS made was not given its tags', { error });
  }
};
