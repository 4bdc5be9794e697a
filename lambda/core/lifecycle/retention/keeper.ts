import { TAG } from '../../snapshot-tags';
import type { Member } from '../snapshot-set';

/** What keeps EC2, or us, from deleting a snapshot whose retention is over. A closed list: docs/runbook.md has an entry for each. */
export const SKIP_REASONS = ['locked', 'backs-an-image', 'restored-fast', 'archived', 'refused'] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** What stands in the way of a set's deletion. */
export interface Keeper {
  readonly reason: SkipReason;
  /** Which snapshots, and by what; or what EC2 said. */
  readonly detail: string;
}

/** What EC2 tells of a set's members beside themselves. */
export interface KeptBy {
  /** Ids of members that are locked. */
  readonly locked: readonly string[];
  /** Ids of images that are registered, disabled or not, and stand on a member. */
  readonly images: readonly string[];
  /** Ids of members that are restored fast in some zone. */
  readonly restoredFast: readonly string[];
}

/** Fast snapshot restore is its policy's: it is switched off, and waited for, once the set is marked. */
const isRestoredFastByUs = ({ tags }: Member): boolean => tags.has(TAG.fastRestore);

/**
 * What keeps a set; undefined: nothing. EC2 refuses to delete what is locked, backs an image or is restored fast. An archived snapshot it would
 * delete, but somebody has put it there to be kept, and pays for 90 days of it. Being shared keeps nothing: EC2 ends it with the snapshot.
 */
export const keeperOf = (members: readonly Member[], { locked, images, restoredFast }: KeptBy): Keeper | undefined => {
  const archived = members.filter(({ tier }) => tier !== 'standard').map(({ snapshotId }) => snapshotId);
  if (locked.length > 0) return { reason: 'locked', detail: `locked: ${locked.join(', ')}` };
  if (images.length > 0) return { reason: 'backs-an-image', detail: `in use by ${images.join(', ')}` };
  const byOthers = restoredFast.filter((id) => !members.some((one) => one.snapshotId === id && isRestoredFastByUs(one)));
  if (byOthers.length > 0) return { reason: 'restored-fast', detail: `restored fast: ${byOthers.join(', ')}` };
  return archived.length > 0 ? { reason: 'archived', detail: `archived: ${archived.join(', ')}` } : undefined;
};
