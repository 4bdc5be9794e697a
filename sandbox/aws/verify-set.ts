import type { RunResult, VolumeStore } from '../instance/ports';
import type { Ec2State } from './ec2/state';

/** Restore a set of an instance and run its application's check on it; without an application, mounting is the check. */
export const verifySet = (store: VolumeStore, state: Ec2State, instanceId: string, snapshotIds: readonly string[]): Promise<RunResult> => {
  const machine = state.instances.get(instanceId)?.fleet.machine;
  if (machine === undefined) throw new Error(`no instance ${instanceId}`);
  const restored = snapshotIds.map((snapshotId) => {
    const record = state.snapshots.get(snapshotId);
    const volume = machine.volumes.find(({ id }) => id === record?.contentOf);
    if (volume === undefined) throw new Error(`${snapshotId} is no snapshot of a volume of ${instanceId}`);
    return { volume, snapshotId };
  });
  return store.verify(restored, machine.application?.verify ?? 'true');
};
