import * as z from 'zod/mini';
import { BRAKES_TABLE, type Held, type HoldingBrake, resumeCommand } from '../brakes/seen';
import type { Tag } from '../policy/policy-schema';
import { instanceArn, type OutgoingEvent, type Place, policyArn } from './common';

export const BRAKE_DETAIL_TYPE = 'Stillpoint Brake Notification';

/** `detail` of what a brake did. Fields that don't apply are "", 0 or empty. */
export const brakeDetailSchema = z.object({
  /** `unreadable`: the table of brakes gave no answer. */
  brake: z.enum(['stop-switch', 'policy-pause', 'maximum-freezes', 'canary-tag', 'unreadable']),
  /** `set` and `released`: the stop switch, a policy's pause. `held`: an execution waits. `left-out`: targets without the canary tag. */
  result: z.enum(['set', 'released', 'held', 'left-out']),
  /** The policy's ARN; "" for the stop switch itself. */
  policy_id: z.string(),
  /** The ARN of the instance whose execution is held. */
  source: z.string(),
  /** The execution that is held, or whose incident paused the policy. */
  execution_id: z.string(),
  /** Why, in a sentence. */
  reason: z.string(),
  /** The executions with an incident that a pause counts. */
  executions: z.array(z.string()),
  /** How many targets were left out of the run. */
  left_out: z.number(),
  /** How to go on: a command, or what it waits for. */
  resume: z.string(),
});
export type BrakeDetail = z.infer<typeof brakeDetailSchema>;

const NOTHING = { policy_id: '', source: '', execution_id: '', reason: '', executions: [], left_out: 0, resume: '' };

const ofPolicy = (place: Place, policyId: string, detail: Omit<BrakeDetail, 'policy_id'>): OutgoingEvent => {
  const policy = policyArn(place, policyId);
  return { detailType: BRAKE_DETAIL_TYPE, resources: [policy], detail: { ...detail, policy_id: policy } };
};

export const stopSwitchEvent = ({ partition, region, accountId }: Place, result: 'set' | 'released', reason: string): OutgoingEvent => {
  const resume = result === 'set' ? resumeCommand() : '';
  const detail: BrakeDetail = { ...NOTHING, brake: 'stop-switch', result, reason, resume };
  return { detailType: BRAKE_DETAIL_TYPE, resources: [`arn:${partition}:stillpoint:${region}:${accountId}:stop-switch`], detail };
};

export interface PauseEventContext {
  readonly place: Place;
  readonly policyId: string;
  readonly reason: string;
  /** Those whose incidents were counted. */
  readonly executions: readonly string[];
  /** The last of them, where it paused the policy. */
  readonly executionId: string | undefined;
}

export const policyPauseEvent = (result: 'set' | 'released', { place, policyId, ...pause }: PauseEventContext): OutgoingEvent =>
  ofPolicy(place, policyId, {
    ...NOTHING,
    brake: 'policy-pause',
    result,
    execution_id: pause.executionId ?? '',
    reason: pause.reason,
    executions: [...pause.executions],
    resume: result === 'set' ? resumeCommand(policyId) : '',
  });

const HOW_TO_GO_ON: Readonly<Record<HoldingBrake, string>> = {
  'stop-switch': resumeCommand(),
  'maximum-freezes': 'goes on by itself when another execution has ended its freeze',
  unreadable: `goes on by itself once the table ${BRAKES_TABLE} can be read`,
};

export interface HeldEventContext {
  readonly place: Place;
  readonly policyId: string;
  readonly instanceId: string;
  readonly executionId: string;
}

export const heldEvent = ({ place, policyId, instanceId, executionId }: HeldEventContext, { brake, detail }: Held): OutgoingEvent =>
  ofPolicy(place, policyId, {
    ...NOTHING,
    brake,
    result: 'held',
    source: instanceArn(place, instanceId),
    execution_id: executionId,
    reason: detail,
    resume: HOW_TO_GO_ON[brake],
  });

export const leftOutEvent = (place: Place, policyId: string, run: string, tag: Tag, leftOut: number): OutgoingEvent =>
  ofPolicy(place, policyId, {
    ...NOTHING,
    brake: 'canary-tag',
    result: 'left-out',
    reason: `run ${run}: targets without the canary tag ${tag.Key} = ${tag.Value}`,
    left_out: leftOut,
    resume: 'take CanaryTag out of the policy, and deploy',
  });
