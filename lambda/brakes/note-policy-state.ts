import type { OutgoingEvent, Place } from '../core/event/common';
import { policyStateEvent } from '../core/event/policy-state-event';
import type { MetricValues } from '../core/metric-names';
import { afterSighting, type Sighting, type StateChange } from '../core/policy-state/policy-state';
import type { BrakesTable } from './brakes-table';

/** What keeping a policy's state needs of the world. */
export interface PolicyStatePorts {
  readonly table: Pick<BrakesTable, 'state' | 'putState'>;
  readonly place: Place;
  publish(events: readonly OutgoingEvent[]): Promise<void>;
  recordMetrics(policyId: string, values: MetricValues): void;
  log(level: 'info' | 'warn', message: string, fields: object): void;
}

/** Writers at once, of which one wins each time, and then is done: the others look again. */
const TRIES = 10;

/** Write what follows from a sighting. Returns what is to be told. */
const change = async (table: PolicyStatePorts['table'], policyId: string, seen: Sighting): Promise<StateChange | undefined> => {
  for (let tried = 0; tried < TRIES; tried++) {
    const next = afterSighting(await table.state(policyId), seen);
    if (next === undefined || !next.write || (await table.putState(policyId, next.state))) return next;
  }
  throw new Error(`others wrote it ${TRIES} times meanwhile`);
};

/**
 * Keep the policy's state by what an execution saw, and tell a change. Never throws: the state is told and brakes nothing, so losing it
 * must not keep an execution from being closed.
 */
export const notePolicyState = async (ports: PolicyStatePorts, policyId: string, seen: Sighting): Promise<void> => {
  if (seen.fault !== undefined) ports.recordMetrics(policyId, { PolicyFaults: 1 });
  try {
    const next = await change(ports.table, policyId, seen);
    if (!next?.tell) return;
    ports.log('warn', 'the policy changed its state', { policyId, policyState: next.state.state, fault: next.state.fault });
    await ports.publish([policyStateEvent(ports.place, policyId, next.state)]);
  } catch (error) {
    ports.log('warn', "the policy's state was not kept", { policyId, error });
  }
};

/** A call that AWS refused, if it was for missing rights, which `cause` says: a fault of the policy whose execution, or planning, it ends. */
export const noteMissingRight = async (
  ports: PolicyStatePorts,
  policyId: string,
  kind: 'call' | 'plan',
  { cause, ...of }: Pick<Sighting, 'due' | 'by' | 'at'> & { readonly cause: string | undefined },
): Promise<void> => {
  if (cause === undefined) return;
  await notePolicyState(ports, policyId, { ...of, fault: { kind, handler: '', cause }, passed: () => false, repeats: false });
};
