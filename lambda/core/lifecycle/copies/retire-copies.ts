import { groupBy } from '../../group-by';
import type { Policy } from '../../policy/policy-schema';
import { COPY_TAG } from '../../snapshot-tags';
import { expirationTime, isHalfDeleted, isKept, scheduleTag } from '../retention/kept-set';
import { type Member, type SnapshotSet, snapshotSets } from '../snapshot-set';
import { copyRulesOf } from './copy-rules';
import { progressOf } from './plan-copies';

/** The due minute in an execution's id. */
const DUE = /@(\d{4}-\d\d-\d\dT\d\d:\d\dZ)\/[^/]*$/;

/** How new its content is. A copy's own time is when it was begun, which may be days later, and in another order, where copies failed. */
const timeOf = ({ executionId, startedAt }: SnapshotSet): number => {
  const due = DUE.exec(executionId)?.[1];
  return due === undefined ? startedAt.getTime() : Date.parse(due);
};

const newestFirst = (sets: readonly SnapshotSet[]): readonly SnapshotSet[] => [...sets].sort((a, b) => timeOf(b) - timeOf(a));

/** Of one instance's copies in a region: what is over. */
const over = (policy: Policy, region: string, sets: readonly SnapshotSet[], now: Date): readonly SnapshotSet[] => {
  const kept = newestFirst(sets.filter(isKept));
  const newestProven = kept.find(({ consistency }) => consistency === 'application');
  const newest = kept[0];
  return sets.filter((set) => {
    if (isHalfDeleted(set)) return true;
    const expires = expirationTime(set);
    if (expires === undefined || expires.getTime() > now.getTime()) return false;
    const hasRule = copyRulesOf(policy, scheduleTag(set)).some((rule) => rule.region === region);
    return hasRule && newest !== undefined && set !== newestProven && timeOf(set) < timeOf(newest);
  });
};

const isCompleted = ({ state }: Member): boolean => state === 'completed';

/**
 * Copies of what has an older completed copy in the region. A call without an answer, whose copy was not found for a quarter of an hour, would
 * leave them; with one too many a set would not count as whole. Those that don't say what they are of (any more) are not alike.
 */
export const surplusCopies = (copies: readonly Member[]): readonly Member[] =>
  [...groupBy(copies, ({ tags }) => tags.get(COPY_TAG.sourceSnapshot) ?? '')].flatMap(([source, ofSource]) => {
    if (source === '') return [];
    const oldestFirst = [...ofSource].sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());
    const kept = oldestFirst.find(isCompleted);
    return kept === undefined ? [] : oldestFirst.slice(oldestFirst.indexOf(kept) + 1).filter(isCompleted);
  });

/**
 * The copies in a region that are to be deleted, set by set: those whose age is over, but neither a target's newest whole set nor its newest proven
 * one; and those whose deletion has begun. A copy whose rule or schedule is gone is nobody's, and stays, as all do of a disabled policy.
 */
export const copySetsToDelete = (policy: Policy, region: string, copies: readonly Member[], now: Date): readonly SnapshotSet[] => {
  if (policy.State === 'DISABLED') return [];
  const surplus = surplusCopies(copies);
  const sets = snapshotSets(copies.filter((copy) => progressOf(copy) !== 'failed' && !surplus.includes(copy)));
  return [...groupBy(sets, ({ instanceId }) => instanceId).values()].flatMap((ofInstance) => over(policy, region, ofInstance, now));
};
