import { isVss, type Plan } from '../execution-message';
import type { Policy } from '../policy/policy-schema';
import type { FreezeLimit } from './slots';

/** Incidents after which a policy is paused unless it says otherwise. */
export const DEFAULT_PAUSE_AFTER = 3;

/** The brakes of a policy as it is deployed now: a brake is for the present, not for when a run was planned. */
export interface BrakeSettings {
  readonly limits: readonly FreezeLimit[];
  /** Executions with an incident after which the policy is paused; 0: never. */
  readonly pauseAfter: number;
}

/** `accountMaximum` 0: no limit of the account. The policy's own limit comes first: a slot of the account is the scarcer thing. */
export const brakeSettings = (policyId: string, policy: Policy | undefined, accountMaximum: number): BrakeSettings => {
  const maximum = policy?.Stillpoint?.MaximumFreezes;
  return {
    limits: [
      ...(maximum === undefined ? [] : [{ scope: { policyId }, maximum }]),
      ...(accountMaximum === 0 ? [] : [{ scope: 'account', maximum: accountMaximum } as const]),
    ],
    pauseAfter: policy?.Stillpoint?.PauseAfter ?? DEFAULT_PAUSE_AFTER,
  };
};

/** Limits count freezes: an execution without a pre-script freezes nothing, and VSS freezes by itself. */
export const limitsFor = (settings: BrakeSettings, plan: Plan | undefined): readonly FreezeLimit[] =>
  plan !== undefined && (isVss(plan) || plan.stages.includes('pre')) ? settings.limits : [];
