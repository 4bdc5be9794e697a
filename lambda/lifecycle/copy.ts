import { copyEvent } from '../core/event/copy-event';
import {
  type CopyReport,
  completedReport,
  copyMetric,
  deletedReport,
  failedReport,
  refusedReport,
  startedReport,
} from '../core/lifecycle/copies/copy-report';
import { copyRegions } from '../core/lifecycle/copies/copy-rules';
import { copyTags, withFailure } from '../core/lifecycle/copies/copy-tags';
import { type CopyStart, copiesToStart, progressOf } from '../core/lifecycle/copies/plan-copies';
import { copySetsToDelete, surplusCopies } from '../core/lifecycle/copies/retire-copies';
import type { Keeper } from '../core/lifecycle/retention/keeper';
import { isWhole } from '../core/lifecycle/retention/kept-set';
import type { Member, SnapshotSet } from '../core/lifecycle/snapshot-set';
import type { Policy } from '../core/policy/policy-schema';
import { COPY_TAG, TAG } from '../core/snapshot-tags';
import type { Ports, Step, View } from './ports';

/** What is done in one region for one policy. */
interface There {
  readonly ports: Ports;
  readonly view: View;
  readonly policy: Policy;
  readonly region: string;
}

/**
 * Copy completed sets to the regions of their schedules' rules, follow the copies to their end, and delete those whose retention is over. Not
 * where an event asks: copies take hours, and what was begun a moment ago may not be found yet and would be begun twice.
 */
export const copy: Step = async (ports, view) => {
  const { policy, policyId, sets, trigger } = view;
  if (policy === undefined || trigger === 'event') return sets;
  for (const region of copyRegions([policy])) {
    try {
      if (region === ports.place.region) throw new Error('a copy rule names the region that the app is in');
      await lookAfterCopies({ ports, view, policy, region });
    } catch (error) {
      ports.failed('copies not looked after', { policyId, region }, error);
    }
  }
  return sets;
};

const lookAfterCopies = async (there: There): Promise<void> => {
  const { ports, view, policy, region } = there;
  const copies = await ports.copies.find(region, view);
  const pending = await ports.copies.pending(region);
  ports.log('info', 'copies found', { policyId: view.policyId, region, copies: copies.length, pending });
  for (const start of copiesToStart(policy, view.sets, { region, copies, pending }, ports.now()))
    if ((await guarded(there, start.member, () => begin(there, start))) === 'later') break;
  for (const one of copies) await guarded(there, one, () => settle(there, one));
  if (view.trigger === 'sweep' && policy.State !== 'DISABLED') await retire(there, copies);
};

/** What fails for one snapshot keeps no other from being done. */
const guarded = async <T>({ ports, view, region }: There, { snapshotId }: Member, act: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await act();
  } catch (error) {
    ports.failed('copy not looked after', { policyId: view.policyId, region, snapshotId }, error);
    return undefined;
  }
};

const tell = async ({ ports, view: { policyId } }: There, report: CopyReport): Promise<void> => {
  await ports.publish([copyEvent(ports.place, policyId, report, ports.now())]);
  ports.recordMetrics(policyId, { [copyMetric(report)]: 1 });
  ports.log(report.result === 'failed' ? 'warn' : 'info', 'told of a copy', { policyId, ...report });
};

const begin = async (there: There, start: CopyStart): Promise<'later' | 'next'> => {
  const { ports, region } = there;
  const { set, member, rule, expires } = start;
  const { tags, leftOut } = copyTags({ ...member, region: ports.place.region, members: set.members.length }, rule.copyTags, expires);
  const answer = await ports.copies.begin(start, tags);
  const fields = { snapshotId: member.snapshotId, region };
  switch (answer.kind) {
    case 'started':
      await tell(there, startedReport(start, answer.snapshotId, leftOut));
      return 'next';
    case 'later':
      ports.log('info', 'copies wait', { ...fields, message: answer.message });
      return 'later';
    case 'unclear':
      ports.log('warn', 'no answer on a copy: looked for by its tags next time', fields);
      return 'next';
    case 'refused':
      await tell(there, refusedReport(start, answer.message));
      await ports.inventory.tag([member], withFailure(member.tags, region));
      return 'next';
  }
};

/** Tags last: they are the memory of what was told. A failed copy is counted on its source, and then deleted. */
const settle = async (there: There, one: Member): Promise<void> => {
  const { ports, region } = there;
  const progress = progressOf(one);
  if (progress === 'failed') await settleFailed(there, one);
  if (progress !== 'completed') return;
  await tell(there, completedReport(one, region));
  await ports.copies.tag(region, [one], { [COPY_TAG.copy]: 'completed' });
};

const settleFailed = async (there: There, one: Member): Promise<void> => {
  const { ports, view, region } = there;
  const sourceId = one.tags.get(COPY_TAG.sourceSnapshot);
  const source = view.sets.flatMap(({ members }) => members).find(({ snapshotId }) => snapshotId === sourceId);
  await tell(there, failedReport(one, region, source));
  if (source !== undefined) await ports.inventory.tag([source], withFailure(source.tags, region));
  const refusal = await ports.copies.delete(region, one.snapshotId);
  if (refusal !== undefined) ports.log('warn', 'failed copy not deleted', { snapshotId: one.snapshotId, region, refusal });
};

/** Surplus copies, then sets. */
const retire = async (there: There, copies: readonly Member[]): Promise<void> => {
  const { policy, region, ports } = there;
  for (const one of surplusCopies(copies)) await guarded(there, one, () => remove(there, one));
  for (const set of copySetsToDelete(policy, region, copies, ports.now()))
    for (const first of set.members.slice(0, 1)) await guarded(there, first, () => removeSet(there, set));
};

/**
 * Whole or not at all, as far as EC2 tells before. All members are marked before the first is deleted, so that a set which a crash halved is not
 * taken for whole.
 */
const removeSet = async (there: There, set: SnapshotSet): Promise<void> => {
  const { ports, region } = there;
  const keeper = await ports.copies.findKeeper(region, set.members);
  if (keeper !== undefined) return tellKept(there, set, keeper);
  await ports.copies.tag(region, set.members, { [TAG.deleting]: ports.now().toISOString() });
  for (const [index, member] of set.members.entries()) {
    const refusal = await guarded(there, member, () => deleteOne(there, member));
    if (index === 0 && refusal !== undefined && isWhole(set)) {
      await ports.copies.tag(region, set.members, { [TAG.deleting]: '' });
      return tellKept(there, set, { reason: 'refused', detail: refusal });
    }
    await guarded(there, member, () => tell(there, deletedReport(member, region, refusal)));
  }
};

/** Told once a reason: the tag that says how far a copy is remembers it. */
const tellKept = async (there: There, { members }: SnapshotSet, { reason, detail }: Keeper): Promise<void> => {
  const { ports, region } = there;
  const told = { [COPY_TAG.copy]: `kept: ${reason}` };
  if (members.every(({ tags }) => tags.get(COPY_TAG.copy) === told[COPY_TAG.copy])) return;
  for (const member of members) await tell(there, deletedReport(member, region, `${reason}: ${detail}`));
  await ports.copies.tag(region, members, told);
};

const deleteOne = async ({ ports, region }: There, { snapshotId }: Member): Promise<string | undefined> => {
  await ports.deletion.pace();
  return ports.copies.delete(region, snapshotId);
};

const remove = async (there: There, member: Member): Promise<void> => {
  await tell(there, deletedReport(member, there.region, await deleteOne(there, member)));
};
