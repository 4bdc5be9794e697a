import type { Policy } from '../policy/policy-schema';

/** Whether a policy asks for what has its time of its own, or takes longer than an event tells: only then it is looked at every quarter of an hour. */
export const isFollowed = ({ Schedules }: Policy): boolean =>
  Schedules.some(
    ({ CrossRegionCopyRules = [], ShareRules = [], FastRestoreRule }) =>
      CrossRegionCopyRules.length > 0 || ShareRules.length > 0 || FastRestoreRule !== undefined,
  );
