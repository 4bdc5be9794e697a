import { afterIncident, incidentsReason, type Pause } from '../core/brakes/policy-brake';
import { policyPauseEvent } from '../core/event/brake-event';
import type { OutgoingEvent, Place } from '../core/event/common';
import type { BrakesTable } from './brakes-table';

export interface Incident {
  readonly place: Place;
  readonly policyId: string;
  readonly executionId: string;
}

/**
 * Count an execution's incident, and pause its policy when it is the one too many. Returns the event that tells so, also when it is
 * called again for the execution that paused it.
 */
export const countIncident = async (
  table: Pick<BrakesTable, 'addIncident' | 'pause'>,
  { place, policyId, executionId }: Incident,
  pauseAfter: number,
  now: Date,
): Promise<OutgoingEvent | undefined> => {
  if (pauseAfter === 0) return undefined;
  const policy = await table.addIncident(policyId, executionId);
  const { incidents } = policy;
  const next = afterIncident(policy, pauseAfter, executionId);
  if (next === 'nothing') return undefined;
  const pause: Pause = { since: now, reason: incidentsReason(incidents.length), executionId };
  if (next === 'pause' && !(await table.pause(policyId, pause))) return undefined; // another execution was quicker, and tells
  const reason = policy.pause?.reason ?? pause.reason;
  return policyPauseEvent('set', { place, policyId, reason, executions: incidents, executionId });
};
