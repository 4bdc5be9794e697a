import { ageOf } from '../../expiration';
import type { Policy, Schedule } from '../../policy/policy-schema';
import { allKnown } from '../../schedule-tag';
import { isUnclosed } from '../completion';
import type { SnapshotSet } from '../snapshot-set';
import { expirationTime, isKept, isWhole, scheduleTag } from './kept-set';
import { isOver, isPast, type Target } from './target';

/** Why nothing will ever delete a set. A closed list: docs/runbook.md has an entry for each. */
export const ORPHAN_REASONS = [
  'policy-gone',
  'schedule-gone',
  'incomplete',
  'unclosed',
  'target-tag-removed',
  'instance-gone',
  'volume-gone',
  'no-expiration-time',
] as const;
export type OrphanReason = (typeof ORPHAN_REASONS)[number];

/** A verdict comes within minutes of the set: the longest execution takes less than half an hour. */
const UNCLOSED_MS = 24 * 3_600_000;

/** Which reason a set itself gives, whatever became of its target; undefined: none. */
const ofItself = (policy: Policy, set: SnapshotSet, now: Date): OrphanReason | undefined => {
  if (!allKnown(scheduleTag(set), policy)) return 'schedule-gone';
  if (isUnclosed(set)) return now.getTime() - set.startedAt.getTime() > UNCLOSED_MS ? 'unclosed' : undefined;
  return isWhole(set) ? undefined : 'incomplete';
};

/** Which reason its target gives. Nothing is told of sets that a schedule keeps for ever: that is what was asked for. */
const ofTarget = (schedules: readonly Schedule[], set: SnapshotSet, target: Target): OrphanReason | undefined => {
  const byAge = schedules.filter((schedule) => ageOf(schedule) !== undefined);
  if (schedules.some(({ RetainRule }) => RetainRule === undefined)) return undefined;
  if (target.standing === 'not-a-target') return 'target-tag-removed';
  if (byAge.length > 0 && expirationTime(set) === undefined) return 'no-expiration-time';
  if (target.standing === 'gone') return byAge.length < schedules.length || isPast(set, target) ? 'instance-gone' : undefined;
  return schedules.every((schedule) => isOver(schedule, set, target, 'sets')) ? 'volume-gone' : undefined;
};

/** Why a set that is not over stays for ever; undefined: it does not. */
export const orphanReason = (policy: Policy, schedules: readonly Schedule[], set: SnapshotSet, target: Target): OrphanReason | undefined =>
  ofItself(policy, set, target.now) ?? (isKept(set) ? ofTarget(schedules, set, target) : undefined);
