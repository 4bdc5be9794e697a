import { carriesTargetTag, type Instance, TARGET_STATES } from '../../plan-targets';
import type { Policy } from '../../policy/policy-schema';
import type { Standing } from './target';

/** What became of an instance, by what EC2 still tells of it. A terminated one is told for about an hour, without its tags. */
export const standingOf = (policy: Policy, instance: Instance | undefined): Standing => {
  if (instance === undefined || !TARGET_STATES.includes(instance.state)) return 'gone';
  return carriesTargetTag(policy, instance.tags) ? 'target' : 'not-a-target';
};
