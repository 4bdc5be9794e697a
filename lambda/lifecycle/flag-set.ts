import { retentionEvent } from '../core/event/retention-event';
import type { Judgement } from '../core/lifecycle/retention/judge';
import { isMarked, isWhole, toldOrphan, toldSkipped } from '../core/lifecycle/retention/kept-set';
import { type SnapshotSet, tagged } from '../core/lifecycle/snapshot-set';
import { TAG, type Tags } from '../core/snapshot-tags';
import type { Ports, View } from './ports';

/** Tell once, on the daily sweep, of a set that nothing will ever delete; and take back what was told when it holds no longer. */
export const flagSet = async (ports: Ports, { trigger, policyId }: View, { set, orphan }: Judgement): Promise<SnapshotSet> => {
  const changed = toldOrphan(set) !== (orphan ?? '');
  const tags: Tags = {
    ...(changed && { [TAG.orphan]: orphan ?? '' }),
    ...(toldSkipped(set) !== '' && { [TAG.skipped]: '' }),
    ...(isMarked(set) && isWhole(set) && { [TAG.deleting]: '' }),
  };
  if (trigger !== 'sweep' || Object.keys(tags).length === 0) return set;
  if (changed && orphan !== undefined) {
    await ports.publish([retentionEvent({ place: ports.place, policyId }, set, { result: 'orphaned', reason: orphan })]);
    ports.log('warn', 'set orphaned', { policyId, executionId: set.executionId, attempt: set.attempt, reason: orphan });
  }
  await ports.inventory.tag(set.members, tags);
  return tagged(set, tags);
};
