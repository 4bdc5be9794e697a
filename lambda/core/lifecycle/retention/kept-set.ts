import { TAG } from '../../snapshot-tags';
import { isClosed } from '../completion';
import type { SnapshotSet } from '../snapshot-set';

/** A tag's value on the first member; all have it alike. "": none. */
const tagOf = ({ members }: SnapshotSet, key: string): string => members[0]?.tags.get(key) ?? '';

/** Names of the schedules that made it, as its tag holds them. */
export const scheduleTag = (set: SnapshotSet): string => tagOf(set, TAG.scheduleName);

/** From when on its ages no longer keep it; undefined: none was written when it was made. */
export const expirationTime = (set: SnapshotSet): Date | undefined => {
  const time = Date.parse(tagOf(set, TAG.expirationTime));
  return Number.isNaN(time) ? undefined : new Date(time);
};

/** What was told last of why it is kept. */
export const toldSkipped = (set: SnapshotSet): string => tagOf(set, TAG.skipped);
export const toldOrphan = (set: SnapshotSet): string => tagOf(set, TAG.orphan);

/** The volume that EC2 names for a copy of a snapshot (EBS's page on copying: it is not to be used for any purpose). */
const NO_VOLUME = 'vol-ffffffff';

/**
 * It has as many members as it was made of, each of a volume of its own. Fewer: somebody deleted one, or put it into the Recycle Bin. A copy:
 * somebody made it by hand, with all tags. The number is written with the verdict.
 */
export const isWhole = ({ members }: SnapshotSet): boolean =>
  members.every(({ tags, volumeId }) => tags.get(TAG.members) === `${members.length}` && volumeId !== NO_VOLUME);

/** Every member says that it is this policy's: anything else is not ours to judge. */
export const isOf = ({ members }: SnapshotSet, policyId: string): boolean =>
  members.every(({ tags }) => tags.get(TAG.policyId) === policyId);

/** Its deletion was begun: all members are marked before the first is deleted. */
export const isMarked = ({ members }: SnapshotSet): boolean => members.every(({ tags }) => (tags.get(TAG.deleting) ?? '') !== '');

/** Some of it is deleted, by us: all that can be done is to finish it. A set that is marked and whole is judged again. */
export const isHalfDeleted = (set: SnapshotSet): boolean => isMarked(set) && !isWhole(set);

/** A set to restore from: completed, its verdict told and confirmed, and whole. Only these count. */
export const isKept = (set: SnapshotSet): boolean =>
  set.state === 'completed' && isClosed(set) && set.members.every(({ tags }) => tags.has(TAG.confirmed)) && isWhole(set);

/** Its verdict has not come. Nothing is deleted that might yet be the newest proven set. */
export const isUnclosed = (set: SnapshotSet): boolean => set.consistency === 'pending' || set.consistency === '';
