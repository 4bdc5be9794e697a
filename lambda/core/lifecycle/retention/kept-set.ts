import { TAG } from '../../snapshot-tags';
import { isClosed } from '../completion';
import type { SnapshotSet } from '../snapshot-set';
import { tagTime } from '../tag-time';

/** A tag's value on the first member; all have it alike. "": none. */
const tagOf = ({ members }: SnapshotSet, key: string): string => members[0]?.tags.get(key) ?? '';

/** Names of the schedules that made it, as its tag holds them. "": none, or the members don't agree since somebody changed one. */
export const scheduleTag = (set: SnapshotSet): string => {
  const first = tagOf(set, TAG.scheduleName);
  return set.members.every(({ tags }) => tags.get(TAG.scheduleName) === first) ? first : '';
};

/** From when on its ages no longer keep it: the latest of its members' times. Undefined where one has none, or something else. */
export const expirationTime = ({ members }: SnapshotSet): Date | undefined => {
  const times = members.flatMap(({ tags }) => tagTime(tags.get(TAG.expirationTime)) ?? []);
  return times.length < members.length ? undefined : new Date(Math.max(...times.map((time) => time.getTime())));
};

/** What was told last of why it is kept. */
export const toldSkipped = (set: SnapshotSet): string => tagOf(set, TAG.skipped);
export const toldOrphan = (set: SnapshotSet): string => tagOf(set, TAG.orphan);

/** The volume that EC2 names for a copy of a snapshot: "such as vol-ffff or vol-ffffffff" (EBS's page on copying: of no use for any purpose). */
const NO_VOLUME = /^vol-f+$/;

/** What EC2 told of it is of one making: each member is of a volume of its own. A copy, with all tags, somebody made by hand. */
const isGenuine = (set: SnapshotSet): boolean =>
  set.executionId !== '' &&
  set.instanceId !== '' &&
  new Set(set.members.map(({ volumeId }) => volumeId)).size === set.members.length &&
  !set.members.some(({ volumeId }) => NO_VOLUME.test(volumeId));

/**
 * It has as many members as it was made of. Fewer: somebody deleted one, or put it into the Recycle Bin. The number is written with the
 * verdict.
 */
export const isWhole = (set: SnapshotSet): boolean =>
  isGenuine(set) && set.members.every(({ tags }) => tags.get(TAG.members) === `${set.members.length}`);

/** Every member says that it is this policy's: anything else is not ours to judge. */
export const isOf = ({ members }: SnapshotSet, policyId: string): boolean =>
  members.every(({ tags }) => tags.get(TAG.policyId) === policyId);

/** Its deletion was begun: all members are marked before the first is deleted. */
export const isMarked = ({ members }: SnapshotSet): boolean => members.every(({ tags }) => (tags.get(TAG.deleting) ?? '') !== '');

/**
 * Some of it is deleted, by us: all that can be done is to finish it. A set that is marked and whole is judged again; a copy that somebody made of
 * a marked snapshot is marked, and not ours.
 */
export const isHalfDeleted = (set: SnapshotSet): boolean =>
  isMarked(set) && isGenuine(set) && set.members.every(({ tags }) => Number(tags.get(TAG.members)) > set.members.length);

/** A set to restore from: completed, its verdict told and confirmed, and whole. Only these count. */
export const isKept = (set: SnapshotSet): boolean =>
  set.state === 'completed' && isClosed(set) && set.members.every(({ tags }) => tags.has(TAG.confirmed)) && isWhole(set);
