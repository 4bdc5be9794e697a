import { type Member, type SnapshotSet, snapshotSets } from '../../../lambda/core/lifecycle/snapshot-set';
import { TAG } from '../../../lambda/core/snapshot-tags';

export const AT = new Date('2026-11-21T03:01:00Z');

/** A member of a proven set of one execution, completed. Its tags say what the fields say. */
export const member = (more: Partial<Member> = {}): Member => {
  const given = {
    ...{ snapshotId: 'snap-1', volumeId: 'vol-1', instanceId: 'i-1', executionId: 'nightly@2026-11-21T03:00Z/i-1', attempt: '1' },
    ...{ consistency: 'application', reason: 'proven', state: 'completed', stateMessage: '', startedAt: AT, completedAt: AT },
    ...{ sizeGiB: 8, encrypted: false, keyId: undefined, tier: 'standard' },
    ...more,
  };
  const tags = [
    [TAG.policyId, 'nightly'],
    [TAG.scheduleName, 'Nightly'],
    [TAG.instanceId, given.instanceId],
    [TAG.executionId, given.executionId],
    [TAG.attempt, given.attempt],
    [TAG.consistency, given.consistency],
    [TAG.reason, given.reason],
  ] as const;
  return { ...given, tags: new Map([...tags, ...(more.tags ?? [])]) };
};

/** The one set of these members. */
export const setOf = (...members: readonly Member[]): SnapshotSet => {
  const [set, ...others] = snapshotSets(members);
  if (set === undefined || others.length > 0) throw new Error(`${others.length + 1} sets`);
  return set;
};
