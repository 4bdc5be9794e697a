import type { VolumeSpec } from '../../instance/ports';
import { AwsError } from '../aws-error';
import type { Ec2 } from './state';

/** Seconds between two snapshots of one volume (AWS's CreateSnapshots page). */
const APART_SECONDS = 15;

/** Pending snapshots a volume, by its type. */
const PENDING_LIMITS: Readonly<Record<string, number>> = { st1: 1, sc1: 1 };
const PENDING_LIMIT = 5;

/** Refuse a volume that had a snapshot a moment ago, or has too many on the way. */
export const admitVolume = (ec2: Ec2, volume: VolumeSpec): void => {
  const earlier = [...ec2.state.snapshots.values()].filter(({ volumeId }) => volumeId === volume.id);
  const now = ec2.clock.now().getTime();
  if (earlier.some(({ startTime }) => now - startTime.getTime() < APART_SECONDS * 1000)) {
    throw new AwsError(
      'SnapshotCreationPerVolumeRateExceeded',
      `The maximum per volume CreateSnapshot request rate has been exceeded for ${volume.id}. Use an increasing or variable sleep interval between requests.`,
    );
  }
  const pending = earlier.filter(({ state }) => state === 'pending').length;
  if (pending >= (PENDING_LIMITS[volume.volumeType] ?? PENDING_LIMIT)) {
    throw new AwsError(
      'ConcurrentSnapshotLimitExceeded',
      `Maximum allowed in-progress snapshots for a single volume exceeded: ${volume.id}`,
    );
  }
};
