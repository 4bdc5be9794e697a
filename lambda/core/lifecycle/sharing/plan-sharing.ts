import { TAG } from '../../snapshot-tags';
import { isReady } from '../ready-set';
import type { Member, SnapshotSet } from '../snapshot-set';
import { readShareMark } from './share-mark';
import type { Sharing } from './share-rules';
import { isShareable } from './shareable';

/** What is to be done about the sharing of a set, member by member. */
export interface ShareWork {
  readonly share: readonly Member[];
  /** EC2 would not share them. */
  readonly refuse: readonly Member[];
  /** Their time is over. */
  readonly unshare: readonly Member[];
}

const markOf = ({ tags }: Member) => readShareMark(tags.get(TAG.sharedUntil));

/**
 * Sharing begins once the set is confirmed, and each member is shared by itself. `sharing` is undefined where no schedule shares (any more), or
 * the policy is disabled: then nothing begins, and what was to end ends.
 */
export const planSharing = (set: SnapshotSet, sharing: Sharing | undefined, volumeKeys: readonly string[], now: Date): ShareWork => {
  const due = sharing !== undefined && isReady(set) ? set.members.filter((member) => markOf(member).kind === 'due') : [];
  return {
    share: due.filter((member) => isShareable(member, volumeKeys)),
    refuse: due.filter((member) => !isShareable(member, volumeKeys)),
    unshare: set.members.filter((member) => {
      const mark = markOf(member);
      return mark.kind === 'shared' && mark.until <= now;
    }),
  };
};
