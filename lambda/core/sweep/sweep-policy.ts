import { LATEST_START_MS } from '../execution/admission';
import { isAsAsked } from '../execution/conclude';
import { groupBy } from '../group-by';
import type { Instance } from '../plan-targets';
import type { Policy } from '../policy/policy-schema';
import { firstDue } from '../policy/schedule';
import type { OwnSet } from './own-sets';

const HOUR_MS = 3_600_000;
/** The first copy of a large volume takes hours: a set counts while it is pending, but not for longer than this. */
export const PENDING_PATIENCE_MS = 24 * HOUR_MS;

/** A target without a backup that it should have. */
export interface OverdueTarget {
  readonly instanceId: string;
  /** Hours since the 60 minutes were over in which the first missed run could have begun. */
  readonly hours: number;
  /** When its newest set was made that is as good as the policy asks for; undefined: never. */
  readonly since: Date | undefined;
}

/** How a policy's targets stand. */
export interface SweptPolicy {
  readonly targets: number;
  /** The worst first. */
  readonly overdue: readonly OverdueTarget[];
  /** Of the target that is worst off; 0 when none is overdue. */
  readonly hoursOverdue: number;
  /** Hours since the newest completed `application` set, of the target where that is the oldest; undefined: no target has one. */
  readonly newestProvenSetAge: number | undefined;
}

/** Hours, to hundredths. */
const hoursBetween = (from: Date, to: Date): number => Math.max(0, Math.round((to.getTime() - from.getTime()) / (HOUR_MS / 100)) / 100);

const newest = (sets: readonly OwnSet[]): Date | undefined =>
  sets.map(({ startedAt }) => startedAt).sort((a, b) => b.getTime() - a.getTime())[0];

const counts = (set: OwnSet, now: Date): boolean =>
  isAsAsked(set) &&
  (set.state === 'completed' || (set.state === 'pending' && now.getTime() - set.startedAt.getTime() < PENDING_PATIENCE_MS));

/**
 * Overdue is a target whose newest good set is older than the first run that came due after it, plus the 60 minutes in which a run may
 * begin. The policy's own calendar decides, so that a weekend without runs is none too many. A target that never had a good set counts
 * from its launch: since when it carries the tag, nobody knows.
 */
const overdueTarget = (policy: Policy, { id, launchedAt }: Instance, sets: readonly OwnSet[], now: Date): OverdueTarget => {
  const since = newest(sets.filter((set) => counts(set, now)));
  const due = firstDue(policy, since ?? launchedAt ?? now);
  const hours = due === undefined ? 0 : hoursBetween(new Date(due.getTime() + LATEST_START_MS), now);
  return { instanceId: id, hours, since };
};

/** Where a policy's targets stand at `now`, by the sets that they have. */
export const sweepPolicy = (policy: Policy, targets: readonly Instance[], sets: readonly OwnSet[], now: Date): SweptPolicy => {
  const byInstance = groupBy(sets, ({ instanceId }) => instanceId);
  const setsOf = (instanceId: string): readonly OwnSet[] => byInstance.get(instanceId) ?? [];
  const overdue = targets.map((target) => overdueTarget(policy, target, setsOf(target.id), now)).filter(({ hours }) => hours > 0);
  overdue.sort((a, b) => b.hours - a.hours);
  const proven = (set: OwnSet): boolean => set.consistency === 'application' && set.state === 'completed';
  const ages = targets.flatMap(({ id }) => {
    const at = newest(setsOf(id).filter(proven));
    return at === undefined ? [] : [hoursBetween(at, now)];
  });
  return {
    targets: targets.length,
    overdue,
    hoursOverdue: overdue[0]?.hours ?? 0,
    newestProvenSetAge: ages.length === 0 ? undefined : Math.max(...ages),
  };
};
