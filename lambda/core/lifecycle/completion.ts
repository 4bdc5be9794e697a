import type { Reason } from '../execution/conclude';
import { TAG } from '../snapshot-tags';
import type { SnapshotSet } from './snapshot-set';

/** The reason of a set that EC2 could not complete after its verdict was told. */
export const LATE_FAILURE = 'late-failure' satisfies Reason;

/** Verdicts of closed executions. Anything else, `pending` above all, waits for the closing event. */
const CLOSED: ReadonlySet<string> = new Set(['application', 'reported', 'crash', 'stopped']);

export const isClosed = ({ consistency }: Pick<SnapshotSet, 'consistency'>): boolean => CLOSED.has(consistency);

/** Its verdict has not come: `pending`, or none at all where VSS made the snapshots. */
export const isUnclosed = ({ consistency }: Pick<SnapshotSet, 'consistency'>): boolean => consistency === 'pending' || consistency === '';

/** EC2 could not complete it, and its verdict was withdrawn: nothing can be restored from it. */
export const isWithdrawn = ({ reason, members }: SnapshotSet): boolean =>
  reason === LATE_FAILURE && members.some(({ state }) => state === 'error');

/** A list that does not show all members of a new set yet: their number is written with the verdict. */
export const isPartial = ({ members }: SnapshotSet): boolean => members.some(({ tags }) => Number(tags.get(TAG.members)) > members.length);

/** What EC2's end of a set means for the verdict on it. `none`: nothing (any more), or not yet. */
export type Completion = 'confirm' | 'withdraw' | 'none';

/**
 * A set whose members are all there and completed is confirmed, one with a member in error is withdrawn: no set can be restored from it. Both only
 * once its execution has told its verdict, and once: the tags that mark it are the memory.
 */
export const completionOf = (set: SnapshotSet): Completion => {
  const { state, members } = set;
  if (!isClosed(set)) return 'none';
  if (members.some((member) => member.state === 'error')) return 'withdraw';
  if (state !== 'completed' || isPartial(set) || members.every(({ tags }) => tags.has(TAG.confirmed))) return 'none';
  return 'confirm';
};
