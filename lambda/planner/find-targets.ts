import { distinctTags, type Instance, targetsOf } from '../core/plan-targets';
import type { Policy, Tag } from '../core/policy/policy-schema';

/** The policy's targets as they are tagged now, before a canary tag leaves any out. */
export const findTargets = async (
  policy: Policy,
  search: { findInstances(tag: Tag): Promise<readonly Instance[]> },
): Promise<readonly Instance[]> => {
  const found = await Promise.all(distinctTags(policy).map((tag) => search.findInstances(tag)));
  return targetsOf(policy, found.flat());
};
