import { groupBy } from '../core/group-by';
import { type Judgement, judge } from '../core/lifecycle/retention/judge';
import { standingOf } from '../core/lifecycle/retention/standing';
import type { SnapshotSet } from '../core/lifecycle/snapshot-set';
import { deleteSet, type Pass } from './delete-set';
import { flagSet } from './flag-set';
import { forEachSet } from './for-each-set';
import type { Ports, Step, View } from './ports';

/**
 * Delete the sets whose retention is over, finish what an earlier invocation began, and on the daily sweep flag what nothing will ever delete. What
 * this invocation has no time left for, another one does.
 */
export const retire: Step = async (ports, view) => {
  if (view.trigger === 'follow') return view.sets;
  const judgements = await judgeSets(ports, view);
  const pass: Pass = { stopped: undefined, deleted: 0, failed: 0 };
  const left = await forEachSet(ports, view, 'set not retired', async (set) => {
    const judgement = judgements.get(set);
    if (judgement === undefined) return set;
    return judgement.verdict === 'keep' ? flagSet(ports, view, judgement) : deleteSet(ports, view, judgement, pass);
  });
  if (pass.deleted > 0) ports.recordMetrics(view.policyId, { SnapshotsDeleteCompleted: pass.deleted });
  if (pass.failed > 0) ports.recordMetrics(view.policyId, { SnapshotsDeleteFailed: pass.failed });
  if (pass.stopped === 'no-time') await ports.again(view);
  return left;
};

/** Without knowing what became of the instances nothing is judged. */
const judgeSets = async (ports: Ports, { policyId, policy, sets }: View): Promise<ReadonlyMap<SnapshotSet, Judgement>> => {
  try {
    const ofInstances = groupBy(sets, ({ instanceId }) => instanceId);
    const instances = policy === undefined ? [] : await ports.findInstances([...ofInstances.keys()].filter((id) => id !== ''));
    const judgements = [...ofInstances].flatMap(([instanceId, ofInstance]) => {
      const instance = instances.find(({ id }) => id === instanceId);
      const standing = policy === undefined ? 'gone' : standingOf(policy, instance);
      return judge({ policyId, policy, standing, sets: ofInstance, now: ports.now() });
    });
    return new Map(judgements.map((judgement) => [judgement.set, judgement]));
  } catch (error) {
    ports.failed('sets not judged', { policyId }, error);
    return new Map();
  }
};
