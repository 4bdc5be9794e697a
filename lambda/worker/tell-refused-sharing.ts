import { shareEvent } from '../core/event/share-event';
import type { ObservedVolume } from '../core/execution/admission';
import { sharingOf } from '../core/lifecycle/sharing/share-rules';
import { isShareable, notShareable } from '../core/lifecycle/sharing/shareable';
import type { Run } from './execution';

/**
 * Before the set is made: which of its snapshots will not be shared, although the policy says so. The backup goes on. It is told with the
 * execution's first look at its instance, and not by those that continue it.
 */
export const tellRefusedSharing = ({ ports, execution, report }: Run, volumes: readonly ObservedVolume[]): void => {
  const { policyId, instanceId, id: executionId, place, schedules, setPlan, firstAttempt } = execution;
  const refused = volumes.filter((volume) => !isShareable(volume, ports.volumeKeys));
  if (setPlan.shared !== true || firstAttempt > 1 || refused.length === 0) return;
  const sharing = sharingOf((ports.policy(policyId)?.Schedules ?? []).filter(({ Name }) => schedules.includes(Name)));
  const errors = refused.map((volume) => ({ snapshotId: '', volumeId: volume.volumeId, ...notShareable(volume) }));
  report.addOnce(
    shareEvent({ place, policyId, instanceId, executionId }, { result: 'refused', errors, accounts: sharing?.accounts ?? [] }),
  );
};
