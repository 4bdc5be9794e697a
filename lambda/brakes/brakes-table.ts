import type { Pause, PolicyBrake } from '../core/brakes/policy-brake';
import type { StopSwitch } from '../core/brakes/seen';
import type { Slot, SlotScope } from '../core/brakes/slots';
import type { UnderWay } from '../core/brakes/under-way';
import type { PolicyState } from '../core/policy-state/policy-state';

/**
 * Where brakes are kept: the state that several workers and a person must agree on at once. Reads see every write that ended
 * before them. Every call throws when the table can't be reached; all may be repeated.
 */
export interface BrakesTable {
  stopSwitch(): Promise<StopSwitch | undefined>;
  setStopSwitch(stop: StopSwitch): Promise<void>;
  /** Enter an execution, or enter it again for longer. */
  enter(execution: UnderWay): Promise<void>;
  leave(executionId: string): Promise<void>;
  /** All that were entered, and have not left. */
  underWay(): Promise<readonly UnderWay[]>;
  policy(policyId: string): Promise<PolicyBrake>;
  slots(scope: SlotScope): Promise<readonly Slot[]>;
  /** Take a slot that is free, expired at `now`, or the execution's own. False: another execution has it. */
  takeSlot(scope: SlotScope, slot: Slot, now: Date): Promise<boolean>;
  /** Free a slot, unless another execution has it. */
  freeSlot(scope: SlotScope, slot: Slot): Promise<void>;
  /** Add an execution to the policy's incidents, once however often it is called. */
  addIncident(policyId: string, executionId: string): Promise<PolicyBrake>;
  /** False: the policy is paused already. */
  pause(policyId: string, pause: Pause): Promise<boolean>;
  /** Undefined: never in ERROR. */
  state(policyId: string): Promise<PolicyState | undefined>;
  /** Write the state that follows the one with the version before. False: another write was quicker. */
  putState(policyId: string, state: PolicyState): Promise<boolean>;
}
