import { ageOf } from '../../expiration';
import type { Policy, Schedule } from '../../policy/policy-schema';
import { allKnown, schedulesOfTag } from '../../schedule-tag';
import type { SnapshotSet } from '../snapshot-set';
import { expirationTime, isKept, isMarked, scheduleTag } from './kept-set';

/** What became of a set's instance: it is a target of the policy, or no longer one, or is gone (terminated). */
export type Standing = 'target' | 'not-a-target' | 'gone';

/** How many newer sets of a schedule there are. */
interface Newer {
  /** At all. */
  readonly sets: number;
  /** That hold the volume of which there are fewest: 0 where a set holds the newest copy of any volume. */
  readonly ofEachVolume: number;
}
const NONE: Newer = { sets: 0, ofEachVolume: 0 };

/** A target with its sets, as its policy's schedules see them. */
export interface Target {
  readonly standing: Standing;
  readonly now: Date;
  /** Of those whose deletion was not begun. */
  readonly newestProven: SnapshotSet | undefined;
  newer(schedule: Schedule, set: SnapshotSet): Newer;
}

/** A set that is marked has newer ones, and is none: EC2 lists what was deleted for a while, with all its tags. */
const countNewer = (newestFirst: readonly SnapshotSet[]): ReadonlyMap<SnapshotSet, Newer> => {
  const seen = new Map<string, number>();
  let sets = 0;
  const newer = new Map<SnapshotSet, Newer>();
  for (const set of newestFirst) {
    const ofVolumes = set.members.map(({ volumeId }) => [volumeId, seen.get(volumeId) ?? 0] as const);
    newer.set(set, { sets, ofEachVolume: Math.min(...ofVolumes.map(([, count]) => count)) });
    if (isMarked(set)) continue;
    for (const [volumeId, count] of ofVolumes) seen.set(volumeId, count + 1);
    sets += 1;
  }
  return newer;
};

/** Only what can be restored from counts. Sets of a schedule that is gone are not managed, and count for none of those that are left. */
export const isCounted = (set: SnapshotSet, policy: Policy): boolean => isKept(set) && allKnown(scheduleTag(set), policy);

const isProven = ({ consistency }: SnapshotSet): boolean => consistency === 'application';

/** The sets of one instance. */
export const targetOf = (policy: Policy, sets: readonly SnapshotSet[], standing: Standing, now: Date): Target => {
  const counting = sets.filter((set) => isCounted(set, policy));
  const newestFirst = counting.sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  const newer = new Map(
    policy.Schedules.map((schedule) => {
      const ofSchedule = newestFirst.filter((set) => schedulesOfTag(scheduleTag(set), policy).includes(schedule));
      return [schedule, countNewer(ofSchedule)] as const;
    }),
  );
  return {
    standing,
    now,
    newestProven: newestFirst.find((set) => isProven(set) && !isMarked(set)),
    newer: (schedule, set) => newer.get(schedule)?.get(set) ?? NONE,
  };
};

/** Its ages are over. */
export const isPast = (set: SnapshotSet, { now }: Target): boolean => {
  const time = expirationTime(set);
  return time !== undefined && time.getTime() <= now.getTime();
};

/** By its ages it is kept: also where its schedule goes by count now. A changed rule holds for new sets (DLM). */
const isYoung = (set: SnapshotSet, target: Target): boolean => expirationTime(set) !== undefined && !isPast(set, target);

/** Proven, and none that will stay is newer. */
const isLastProven = (set: SnapshotSet, { newestProven }: Target): boolean =>
  isProven(set) && (newestProven === undefined || newestProven.startedAt <= set.startedAt);

/** By age a schedule keeps its last set until the next. */
const LAST = 1;

/**
 * Whether a schedule no longer keeps a set that counts: `by` counts the newer ones. By count: there are Count newer ones, and no time is written that
 * is still to come; not once the instance is gone. By age: the time that was written when it was made is over, and there is a newer one; but the target's newest proven set stays. Without
 * RetainRule, or once the instance is no target: never.
 */
export const isOver = (schedule: Schedule, set: SnapshotSet, target: Target, by: keyof Newer = 'ofEachVolume'): boolean => {
  if (target.standing === 'not-a-target') return false;
  const newer = target.newer(schedule, set)[by];
  if (ageOf(schedule) !== undefined) return newer >= LAST && isPast(set, target) && !isLastProven(set, target);
  const count = schedule.RetainRule?.Count;
  return count !== undefined && target.standing === 'target' && newer >= count && !isYoung(set, target);
};
