import { retentionEvent } from '../core/event/retention-event';
import { isWithdrawn, LATE_FAILURE } from '../core/lifecycle/completion';
import { isRestoredFast } from '../core/lifecycle/fast-restore/plan-fast-restore';
import type { Judgement } from '../core/lifecycle/retention/judge';
import type { Keeper } from '../core/lifecycle/retention/keeper';
import { isMarked, isWhole, toldSkipped } from '../core/lifecycle/retention/kept-set';
import { type Member, type SnapshotSet, tagged } from '../core/lifecycle/snapshot-set';
import { TAG, type Tags } from '../core/snapshot-tags';
import type { Ports, View } from './ports';

/** What one pass over a policy's sets comes to, in snapshots. */
export interface Pass {
  /** Why it deletes no more: EC2 wants fewer calls, or the invocation ends. */
  stopped: 'throttled' | 'no-time' | undefined;
  deleted: number;
  failed: number;
}

/** Milliseconds that a DeleteSnapshot may take, with the SDK's retries: without so much left none is begun. */
const NEEDED_MS = 45_000;

/**
 * Delete a set whole, or leave it whole and say why. All members are looked at before the first is touched; then all are marked, so that what a
 * crash leaves of the set is finished. `undefined`: it is gone.
 */
export const deleteSet = async (ports: Ports, view: View, { set, verdict }: Judgement, pass: Pass): Promise<SnapshotSet | undefined> => {
  if (pass.stopped !== undefined) return set;
  if (verdict === 'finish') return removeWhenOff(ports, view, set, pass);
  const keeper = await ports.deletion.findKeeper(set.members);
  return keeper === undefined ? removeWhenOff(ports, view, await mark(ports, view, set), pass) : tellKept(ports, view, set, keeper, pass);
};

/** EC2 keeps a snapshot that is restored fast: once its set is marked that is switched off, by a later step, and a later pass deletes it. */
const removeWhenOff = async (ports: Ports, view: View, set: SnapshotSet, pass: Pass): Promise<SnapshotSet | undefined> =>
  isRestoredFast(set) || (await isEnding(ports, set)) ? set : removeMembers(ports, view, set, pass);

const isEnding = async ({ fastRestores }: Ports, { members }: SnapshotSet): Promise<boolean> => {
  if (!members.some(({ tags }) => tags.has(TAG.fastRestore))) return false;
  const ending = await fastRestores.endingNow();
  return members.some(({ snapshotId }) => ending.has(snapshotId));
};

/** The event goes first: a crash in between tells twice rather than never. */
const mark = async (ports: Ports, view: View, set: SnapshotSet): Promise<SnapshotSet> => {
  if (isMarked(set)) return set;
  if (!wasRefused(set)) await tellDeleting(ports, view, set);
  const tags = { [TAG.deleting]: ports.now().toISOString() };
  await ports.inventory.tag(set.members, tags);
  return tagged(set, tags);
};

/** EC2 has refused it before, and may again, pass after pass: its deletion is told when it is done. */
const wasRefused = (set: SnapshotSet): boolean => toldSkipped(set).endsWith('refused');

const tellDeleting = async (ports: Ports, { policyId }: View, set: SnapshotSet): Promise<void> => {
  const reason = isWithdrawn(set) ? LATE_FAILURE : 'expired';
  await ports.publish([retentionEvent({ place: ports.place, policyId }, set, { result: 'deleting', reason })]);
  ports.log('info', 'set is being deleted', { policyId, executionId: set.executionId, attempt: set.attempt, reason });
};

const removeMembers = async (ports: Ports, view: View, set: SnapshotSet, pass: Pass): Promise<SnapshotSet | undefined> => {
  let left: readonly Member[] = set.members;
  let keeper: Keeper | undefined;
  for (const member of set.members) {
    const removed = await removeOne(ports, member, pass);
    if (removed === undefined) return { ...set, members: left };
    if (removed === 'deleted') left = left.filter((other) => other !== member);
    else keeper ??= removed;
    if (keeper !== undefined && left.length === set.members.length && isWhole(set)) break;
  }
  if (keeper !== undefined) return tellKept(ports, view, { ...set, members: left }, keeper, pass);
  if (wasRefused(set)) await tellDeleting(ports, view, set);
  return undefined;
};

/** `undefined`: not now. */
const removeOne = async (ports: Ports, member: Member, pass: Pass): Promise<'deleted' | Keeper | undefined> => {
  if (ports.remainingMs() < NEEDED_MS) pass.stopped = 'no-time';
  if (pass.stopped !== undefined) return undefined;
  await ports.deletion.pace();
  const removed = await ports.deletion.remove(member);
  if (removed.kind === 'refused') return { reason: 'refused', detail: `${member.snapshotId}: ${removed.code}: ${removed.message}` };
  if (removed.kind === 'throttled') {
    pass.stopped = 'throttled';
    ports.log('warn', 'DeleteSnapshot is throttled: the rest comes with the next pass', {});
    return undefined;
  }
  pass.deleted += 1;
  return 'deleted';
};

/** Told once a reason, and again when the set is halved. A set that is still whole is no longer marked: it stays so, and counts again. */
const tellKept = async (
  ports: Ports,
  { policyId }: View,
  set: SnapshotSet,
  { reason, detail }: Keeper,
  pass: Pass,
): Promise<SnapshotSet> => {
  const whole = isWhole(set);
  const told = whole ? reason : `incomplete ${reason}`;
  const known = toldSkipped(set) === told;
  if (!known) {
    const result = whole ? 'skipped' : 'incomplete';
    await ports.publish([retentionEvent({ place: ports.place, policyId }, set, { result, reason, detail })]);
    ports.log('warn', 'set not deleted', { policyId, executionId: set.executionId, attempt: set.attempt, reason, detail });
    pass.failed += set.members.length;
  }
  const tags: Tags = { ...(whole && isMarked(set) && { [TAG.deleting]: '' }), ...(!known && { [TAG.skipped]: told }) };
  if (Object.keys(tags).length > 0) await ports.inventory.tag(set.members, tags);
  return tagged(set, tags);
};
