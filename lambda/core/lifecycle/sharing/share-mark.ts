import { tagTime } from '../tag-time';

/**
 * The tag `stillpoint:shared-until` on a snapshot is the memory of its sharing. It is set to `pending` when the set is made by a schedule with
 * ShareRules, so that rules which are added later share no older set.
 */
export const SHARE_PENDING = 'pending';
/** Sharing was tried in vain, and that was told. It is tried again. */
export const SHARE_FAILED = 'failed';
/** It is never shared: EC2 shares nothing under the default EBS key. */
export const SHARE_REFUSED = 'refused';
/** It was shared, and is not any more. */
export const SHARE_ENDED = 'ended';
const FOREVER = 'forever';

/** How far the sharing of a snapshot is. */
export type ShareMark =
  | { readonly kind: 'due'; readonly failureTold: boolean }
  | { readonly kind: 'shared'; readonly until: Date }
  /** Nothing is left to do, or nothing ever was. */
  | { readonly kind: 'settled' };

/** What the tag says; undefined: there is none. Words that this release does not know settle it. */
export const readShareMark = (value: string | undefined): ShareMark => {
  if (value === SHARE_PENDING || value === SHARE_FAILED) return { kind: 'due', failureTold: value === SHARE_FAILED };
  const until = tagTime(value);
  return until === undefined ? { kind: 'settled' } : { kind: 'shared', until };
};

/** The tag of a snapshot that is shared until then; undefined: for ever. */
export const sharedMark = (until: Date | undefined): string => until?.toISOString() ?? FOREVER;
