import type { Plan } from '../execution-message';
import type { Policy } from '../policy/policy-schema';
import { scriptPlan } from '../policy/script-plan';

/** Schedules that run the same script in the same way. */
export interface PlannedSchedules {
  readonly schedules: readonly string[];
  readonly plan: Plan | undefined;
}

/** What is to be looked at of a policy: each script once. A policy without any is one plan without a script. */
export const plansOf = (policy: Policy): readonly PlannedSchedules[] => {
  const plans = policy.Schedules.map((schedule) => ({ name: schedule.Name, plan: scriptPlan(policy, [schedule]) }));
  const scripted = plans.filter(({ plan }) => plan !== undefined);
  const groups = new Map<string, PlannedSchedules>();
  for (const { name, plan } of scripted.length > 0 ? scripted : plans) {
    const key = JSON.stringify(plan) ?? '';
    groups.set(key, { schedules: [...(groups.get(key)?.schedules ?? []), name], plan });
  }
  return [...groups.values()];
};
