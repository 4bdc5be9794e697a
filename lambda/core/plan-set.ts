import type { SetPlan } from './execution-message';
import { ageOf } from './expiration';
import { fastRestoreZones } from './lifecycle/fast-restore/fast-restore-rules';
import { sharingOf } from './lifecycle/sharing/share-rules';
import type { Run } from './plan-run';
import { policyTags } from './policy/policy-tags';

/** What a message without a plan means: an earlier release knew no other sets. */
export const WHOLE_SET: SetPlan = { excludeBootVolume: false, excludeDataVolumeTags: [], copyTags: false, tags: [], ages: [] };

/** `2026-11-21T03:00:00Z`. How DLM writes `$(timestamp)` is not published: the run's due minute in this form is ours. */
const timestamp = (due: Date): string => `${due.toISOString().slice(0, 19)}Z`;

/**
 * What the sets of a run on an instance are made of and marked with. Schedules that coincide make one set, with all their tags, the longest of
 * their ages, and the volumes' tags when one of them says so.
 */
export const setPlan = ({ policy, schedules, due }: Pick<Run, 'policy' | 'schedules' | 'due'>, instanceId: string): SetPlan => {
  const merged = policy.Schedules.filter(({ Name }) => schedules.includes(Name));
  const { ExcludeBootVolume = false, ExcludeDataVolumeTags = [] } = policy.Parameters ?? {};
  return {
    excludeBootVolume: ExcludeBootVolume,
    excludeDataVolumeTags: ExcludeDataVolumeTags,
    copyTags: merged.some(({ CopyTags }) => CopyTags === true),
    tags: [...policyTags(merged, { '$(instance-id)': instanceId, '$(timestamp)': timestamp(due) })],
    ages: merged.flatMap((schedule) => ageOf(schedule) ?? []),
    ...(sharingOf(merged) === undefined ? {} : { shared: true }),
    ...(fastRestoreZones(merged).length === 0 ? {} : { restoredFast: true }),
  };
};
