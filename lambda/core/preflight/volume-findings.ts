import { selectVolumes } from '../execution/set-request';
import type { SetPlan } from '../execution-message';
import { setPlan } from '../plan-set';
import { fullestRun } from '../policy/policy-tags';
import { lateCopies } from '../set-tags';
import { MAX_TAGS, ROOM_FOR_TAGS } from '../snapshot-tags';
import type { InstanceFacts, PreflightSubject } from './facts';
import { type Finding, failed, ok, warning } from './finding';

/** What a set of now would be made of: of the schedules that coincide, those that put the most tags on it. */
export const plannedSet = ({ policy, schedules, instanceId, now }: PreflightSubject): SetPlan => {
  const run = fullestRun(policy.Schedules.filter(({ Name }) => schedules.includes(Name)));
  return setPlan({ policy, schedules: run.map(({ Name }) => Name), due: now }, instanceId);
};

/** The volumes of the set, where the policy excludes any. */
export const volumeFindings = (plan: SetPlan, { volumes }: InstanceFacts): readonly Finding[] => {
  if (!plan.excludeBootVolume && plan.excludeDataVolumeTags.length === 0) return [];
  const selection = selectVolumes(plan, volumes);
  if (!selection.ok)
    return [failed('volumes', selection.problem, 'Change ExcludeBootVolume or ExcludeDataVolumeTags, or the tags of the volumes.')];
  const left = volumes.filter((volume) => !selection.volumes.includes(volume)).map(({ volumeId }) => volumeId);
  const inSet = `${selection.volumes.length} of ${volumes.length} in the set`;
  return [ok('volumes', left.length === 0 ? inSet : `${inSet}, without ${left.join(', ')}`)];
};

/** The tags of a set against EC2's limit. What the policy itself adds was counted when it was synthesized; volumes' tags are known now only. */
export const tagsFinding = (plan: SetPlan, { volumes }: InstanceFacts): Finding => {
  const selection = selectVolumes(plan, volumes);
  const copies = plan.copyTags && selection.ok ? lateCopies(plan, selection.volumes) : [];
  const full = copies.filter(({ leftOut }) => leftOut.length > 0);
  if (full.length > 0) {
    const found = full.map(({ volumeId, leftOut }) => `${leftOut.join(', ')} of ${volumeId}`).join('; ');
    return warning('tags', `no room to copy ${found}`, 'Take tags off the volumes, or out of the policy.');
  }
  const copied = Math.max(0, ...copies.map(({ tags }) => Object.keys(tags).length));
  return ok('tags', `at most ${MAX_TAGS - ROOM_FOR_TAGS + plan.tags.length + copied} of ${MAX_TAGS}, and coordinates where there is room`);
};
