import type { Plan } from './execution-message';
import type { PlannerInput } from './plan-input';
import type { Policy } from './policy/policy-schema';
import { dueMinute, schedulesDue } from './policy/schedule';
import { scriptPlan } from './policy/script-plan';

/** A policy at one due minute, with all its schedules that fall on it. */
export interface Run {
  readonly kind: 'run';
  readonly policyId: string;
  readonly policy: Policy;
  readonly due: Date;
  /** Names, in the policy's order. */
  readonly schedules: readonly string[];
  readonly script: Plan | undefined;
}

/**
 * What a rule's call asks for. `disabled` is an end; the others are answers of a planner whose bundle is not the one that the
 * rule was made with, as for a moment during a deployment: worth another try.
 */
export type PlannedRun = Run | { readonly kind: 'disabled' | 'unknown-policy' | 'unknown-schedule' | 'not-due' };

/** The run that a rule's call means. Every call for the same due minute, from whichever schedule, means the same run. */
export const runOf = (policies: ReadonlyMap<string, Policy>, { policyId, schedule, time }: PlannerInput): PlannedRun => {
  const policy = policies.get(policyId);
  if (policy === undefined) return { kind: 'unknown-policy' };
  if (policy.State === 'DISABLED') return { kind: 'disabled' };
  const called = policy.Schedules.find(({ Name }) => Name === schedule);
  if (called === undefined) return { kind: 'unknown-schedule' };
  const due = dueMinute(called, time);
  if (due === undefined) return { kind: 'not-due' };
  const schedules = schedulesDue(policy, due);
  return { kind: 'run', policyId, policy, due, schedules: schedules.map(({ Name }) => Name), script: scriptPlan(policy, schedules) };
};
