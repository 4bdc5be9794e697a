import type { SnapshotSet } from '../core/lifecycle/snapshot-set';
import type { Ports, View } from './ports';

/**
 * Do something to each set, one after the other, and give back what is left of them (`undefined`: the set is gone). A set that fails stays as it
 * was, and keeps no other from being done.
 */
export const forEachSet = async (
  ports: Ports,
  { sets, policyId }: View,
  what: string,
  act: (set: SnapshotSet) => Promise<SnapshotSet | undefined>,
): Promise<readonly SnapshotSet[]> => {
  const left: SnapshotSet[] = [];
  for (const set of sets) {
    try {
      const then = await act(set);
      if (then !== undefined) left.push(then);
    } catch (error) {
      ports.failed(what, { policyId, executionId: set.executionId, attempt: set.attempt }, error);
      left.push(set);
    }
  }
  return left;
};
