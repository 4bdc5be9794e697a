import type { BrakesTable } from '../../lambda/brakes/brakes-table';
import type { PolicyBrake } from '../../lambda/core/brakes/policy-brake';
import type { StopSwitch } from '../../lambda/core/brakes/seen';
import { isHeld, type Slot, type SlotScope } from '../../lambda/core/brakes/slots';
import type { UnderWay } from '../../lambda/core/brakes/under-way';
import type { PolicyState } from '../../lambda/core/policy-state/policy-state';

const nameOf = (scope: SlotScope): string => (scope === 'account' ? scope : `policy#${scope.policyId}`);

/** The table of brakes in memory: each call happens at once, as DynamoDB's writes do. */
export class MemoryBrakes implements BrakesTable {
  stop: StopSwitch | undefined;
  readonly policies = new Map<string, PolicyBrake>();
  readonly states = new Map<string, PolicyState>();
  private readonly entered = new Map<string, UnderWay>();
  private readonly taken = new Map<string, Slot>();

  async stopSwitch() {
    return this.stop;
  }

  async setStopSwitch(stop: StopSwitch) {
    this.stop = stop;
  }

  async enter(execution: UnderWay) {
    this.entered.set(execution.executionId, execution);
  }

  async leave(executionId: string) {
    this.entered.delete(executionId);
  }

  async underWay() {
    return [...this.entered.values()];
  }

  async policy(policyId: string) {
    return this.now(policyId);
  }

  private now(policyId: string): PolicyBrake {
    return this.policies.get(policyId) ?? { incidents: [], pause: undefined };
  }

  async slots(scope: SlotScope) {
    return [...this.taken].filter(([key]) => key.startsWith(`${nameOf(scope)}/`)).map(([, slot]) => slot);
  }

  async takeSlot(scope: SlotScope, slot: Slot, now: Date) {
    const key = `${nameOf(scope)}/${slot.number}`;
    const other = this.taken.get(key);
    if (other !== undefined && other.executionId !== slot.executionId && isHeld(other, now)) return false;
    this.taken.set(key, slot);
    return true;
  }

  async freeSlot(scope: SlotScope, slot: Slot) {
    const key = `${nameOf(scope)}/${slot.number}`;
    if (this.taken.get(key)?.executionId === slot.executionId) this.taken.delete(key);
  }

  async addIncident(policyId: string, executionId: string) {
    const { incidents, pause } = this.now(policyId);
    const policy = { incidents: [...new Set([...incidents, executionId])].sort(), pause };
    this.policies.set(policyId, policy);
    return policy;
  }

  async pause(policyId: string, pause: NonNullable<PolicyBrake['pause']>) {
    const policy = this.now(policyId);
    if (policy.pause !== undefined) return false;
    this.policies.set(policyId, { ...policy, pause });
    return true;
  }

  async state(policyId: string) {
    return this.states.get(policyId);
  }

  async putState(policyId: string, state: PolicyState) {
    if ((this.states.get(policyId)?.version ?? 0) !== state.version - 1) return false;
    this.states.set(policyId, state);
    return true;
  }
}
