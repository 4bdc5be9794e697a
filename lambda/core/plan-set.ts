import type { SetPlan } from './execution-message';
import { ageOf } from './expiration';
import type { Run } from './plan-run';

/** What a message without a plan means: an earlier release knew no other sets. */
export const WHOLE_SET: SetPlan = { excludeBootVolume: false, excludeDataVolumeTags: [], copyTags: false, tags: [], ages: [] };

/** What the sets of a run are made of and marked with. Schedules that coincide make one set with the longest of their ages. */
export const setPlan = ({ policy, schedules }: Pick<Run, 'policy' | 'schedules'>): SetPlan => {
  const due = policy.Schedules.filter(({ Name }) => schedules.includes(Name));
  return { ...WHOLE_SET, ages: due.flatMap((schedule) => ageOf(schedule) ?? []) };
};
