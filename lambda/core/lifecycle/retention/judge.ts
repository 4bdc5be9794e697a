import type { Policy } from '../../policy/policy-schema';
import { schedulesOfTag } from '../../schedule-tag';
import { isWithdrawn } from '../completion';
import type { SnapshotSet } from '../snapshot-set';
import { isHalfDeleted, isOf, isWhole, scheduleTag, toldOrphan } from './kept-set';
import { type OrphanReason, orphanReason } from './orphan';
import { isCounted, isOver, type Standing, type Target, targetOf } from './target';

export interface Judgement {
  readonly set: SnapshotSet;
  /** `delete`: every schedule that made it is over with it, or it ended in error. `finish`: some of it is deleted. */
  readonly verdict: 'keep' | 'delete' | 'finish';
  /** Of a set that is kept: why nothing will ever delete it. */
  readonly orphan: OrphanReason | undefined;
}

/** What retention knows of a policy's sets of one instance. */
export interface Retained {
  readonly policyId: string;
  /** Undefined: it is gone. */
  readonly policy: Policy | undefined;
  readonly standing: Standing;
  readonly sets: readonly SnapshotSet[];
  readonly now: Date;
}

/** What is to become of each set of one target. Nothing of a policy that is gone or disabled is deleted, and nothing that is not the policy's. */
export const judge = ({ policyId, policy, standing, sets, now }: Retained): readonly Judgement[] => {
  const own = sets.filter((set) => isOf(set, policyId));
  if (policy === undefined) return own.map((set) => ({ set, verdict: 'keep', orphan: 'policy-gone' }));
  const target = targetOf(policy, own, lastStanding(standing, own), now);
  return own.map((set) => judgeSet(policy, set, target));
};

/** Of an instance that is gone EC2 tells no tags: what was no target any more stays none. */
const lastStanding = (standing: Standing, sets: readonly SnapshotSet[]): Standing =>
  standing === 'gone' && sets.some((set) => toldOrphan(set) === 'target-tag-removed') ? 'not-a-target' : standing;

const judgeSet = (policy: Policy, set: SnapshotSet, target: Target): Judgement => {
  const mayDelete = policy.State !== 'DISABLED';
  if (isHalfDeleted(set)) return { set, verdict: mayDelete ? 'finish' : 'keep', orphan: undefined };
  const schedules = schedulesOfTag(scheduleTag(set), policy);
  if (isWithdrawn(set) && isWhole(set)) return { set, verdict: mayDelete ? 'delete' : 'keep', orphan: undefined };
  if (!isCounted(set, policy) || !schedules.every((schedule) => isOver(schedule, set, target)))
    return { set, verdict: 'keep', orphan: orphanReason(policy, schedules, set, target) };
  return { set, verdict: mayDelete ? 'delete' : 'keep', orphan: undefined };
};
