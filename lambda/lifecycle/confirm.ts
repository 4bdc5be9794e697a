import { completionEvent } from '../core/event/completion-event';
import { completionOf, LATE_FAILURE } from '../core/lifecycle/completion';
import { type SnapshotSet, tagged } from '../core/lifecycle/snapshot-set';
import { TAG } from '../core/snapshot-tags';
import { forEachSet } from './for-each-set';
import type { Ports, Step, View } from './ports';

/** Tell what EC2's end of each set means for the verdict on it: events first, tags last, since the tags are the memory of what was told. */
export const confirm: Step = (ports, view) =>
  forEachSet(ports, view, 'set not confirmed', async (set) => {
    const completion = completionOf(set);
    if (completion === 'none') return set;
    return completion === 'confirm' ? confirmSet(ports, view, set) : withdrawSet(ports, view, set);
  });

const confirmSet = async (ports: Ports, { policyId }: View, set: SnapshotSet): Promise<SnapshotSet> => {
  const now = ports.now();
  await ports.publish([completionEvent({ place: ports.place, policyId, now }, 'confirmed', set)]);
  ports.recordMetrics(policyId, { SnapshotsCreateCompleted: set.members.length });
  const tags = { [TAG.confirmed]: now.toISOString() };
  await ports.inventory.tag(set.members, tags);
  ports.log('info', 'set confirmed', { policyId, executionId: set.executionId, consistency: set.consistency });
  return tagged(set, tags);
};

/** From now on it counts for nothing: neither for the sweep, which finds its target overdue, nor for retention. */
const withdrawSet = async (ports: Ports, { policyId }: View, set: SnapshotSet): Promise<SnapshotSet> => {
  const event = completionEvent({ place: ports.place, policyId, now: ports.now() }, 'withdrawn', set);
  await ports.publish([event]);
  ports.recordMetrics(policyId, { SnapshotsCreateFailed: set.members.length });
  const tags = { [TAG.consistency]: 'none', [TAG.reason]: LATE_FAILURE };
  await ports.inventory.tag(set.members, tags);
  const { told_consistency: told, detail } = event.detail;
  ports.log('warn', 'set withdrawn', { policyId, executionId: set.executionId, told, detail });
  return { ...tagged(set, tags), consistency: 'none', reason: LATE_FAILURE };
};
