import { TAG } from '../snapshot-tags';
import type { SnapshotSet } from './snapshot-set';

/** Retention has begun to delete it. */
export const isBeingDeleted = ({ members }: SnapshotSet): boolean => members.some(({ tags }) => (tags.get(TAG.deleting) ?? '') !== '');

/** Completed, with its verdict confirmed, and to be kept for now: what is done with a set after its completion may begin. */
export const isReady = (set: SnapshotSet): boolean =>
  set.state === 'completed' && set.members.every(({ tags }) => tags.has(TAG.confirmed)) && !isBeingDeleted(set);
