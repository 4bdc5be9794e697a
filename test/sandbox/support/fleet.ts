import type { VolumeSpec } from '../../../sandbox/instance/ports';
import type { FleetInstance } from '../../../sandbox/ports';

const hex = (number: number): string => number.toString(16).padStart(17, '0');

export const volumeId = (number: number): string => `vol-${hex(number)}`;
export const instanceId = (number: number): string => `i-${hex(number)}`;

const volume = (number: number, deviceName: string, mount: string): VolumeSpec => ({
  id: volumeId(number),
  deviceName,
  sizeMiB: 64,
  volumeType: 'gp3',
  filesystem: 'ext4',
  mount,
});

/** An instance with a boot volume (`N0`) and two data volumes (`N1`, `N2`), running and online. */
export const instance = (number: number, overrides: Partial<FleetInstance> = {}): FleetInstance => ({
  machine: {
    id: instanceId(number),
    volumes: [
      volume(number * 16, '/dev/xvda', '/boot'),
      volume(number * 16 + 1, '/dev/sdf', '/data'),
      volume(number * 16 + 2, '/dev/sdg', '/log'),
    ],
  },
  instanceType: 'm7g.large',
  platform: 'linux',
  state: 'running',
  tags: {},
  agent: 'online',
  ...overrides,
});

/** The instance with its volumes encrypted under these keys, one after the other. */
export const encrypted = (item: FleetInstance, keys: readonly (string | undefined)[]): FleetInstance => ({
  ...item,
  machine: {
    ...item.machine,
    volumes: item.machine.volumes.map((one, index) => (keys[index] === undefined ? one : { ...one, kmsKeyId: keys[index] })),
  },
});
