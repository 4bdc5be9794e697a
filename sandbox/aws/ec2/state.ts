import type { VolumeStore } from '../../instance/ports';
import type { FleetInstance } from '../../ports';
import type { Account } from '../account';
import type { Clock } from '../clock';
import type { Faults } from '../faults';
import type { Check } from '../iam/check';
import type { Timing } from '../timing';

export type SnapshotState = 'pending' | 'completed' | 'error';

export interface SnapshotRecord {
  readonly id: string;
  readonly region: string;
  /** A copy's is arbitrary, as AWS's is. */
  readonly volumeId: string;
  /** The volume whose content it holds. */
  readonly contentOf: string;
  readonly instanceId: string;
  /** What one CreateSnapshots call made; a copy has its source's. */
  readonly setId: string;
  /** Of a copy: why it will end in `error`, if it will. */
  readonly copy?: { readonly failsWith: string | undefined };
  readonly description: string;
  readonly volumeSizeMiB: number;
  /** ARN of the key that it is encrypted under, its volume's unless it is a copy; undefined: unencrypted. */
  readonly kmsKeyId: string | undefined;
  readonly startTime: Date;
  /** On the monotonic clock: from when DescribeSnapshots finds it. */
  readonly visibleAt: number;
  state: SnapshotState;
  stateMessage?: string;
  completionTime?: Date;
  locked?: boolean;
  archived?: boolean;
}

/** An image that snapshots back: as long as it is registered, disabled or not, these can't be deleted. */
export interface ImageRecord {
  readonly id: string;
  readonly region: string;
  readonly snapshotIds: readonly string[];
  state: 'available' | 'disabled';
}

/** A zone of the region, by name and by id. */
export interface Zone {
  readonly name: string;
  readonly id: string;
}

/** Fast snapshot restore of a snapshot in a zone: when it was switched on, and off. */
export interface FastRestore {
  readonly snapshotId: string;
  readonly zone: Zone;
  readonly enabledAt: Date;
  disabledAt?: Date;
}

/** With a retention rule that covers everything, what is deleted lies in the bin, where only a person gets it out. */
export interface RecycleBin {
  retains: boolean;
  readonly snapshots: Map<string, SnapshotRecord>;
}

export type InstanceState = 'running' | 'stopped';

export interface InstanceRecord {
  readonly fleet: FleetInstance;
  readonly launchTime: Date;
  state: InstanceState;
}

export type Tags = Map<string, string>;

/** What EC2 holds. Volumes are those of the instances, always attached. */
export interface Ec2State {
  readonly instances: ReadonlyMap<string, InstanceRecord>;
  readonly snapshots: Map<string, SnapshotRecord>;
  readonly images: Map<string, ImageRecord>;
  readonly recycleBin: RecycleBin;
  /** Who may make volumes of a snapshot: ids of other accounts, or `all`. */
  readonly permissions: Map<string, ReadonlySet<string>>;
  /** By snapshot and zone. */
  readonly fastRestores: Map<string, FastRestore>;
  /** Tags by resource id. */
  readonly tags: Map<string, Tags>;
}

/** What EC2's operations work with. */
export interface Ec2 {
  readonly account: Account;
  readonly clock: Clock;
  readonly timing: Timing;
  readonly faults: Faults;
  readonly state: Ec2State;
  readonly store: VolumeStore;
  /** Put an event of `aws.ec2` on the default bus. */
  readonly emit: (detailType: string, resources: readonly string[], detail: unknown) => void;
  /** Whether a role may do all of this, as KMS asks when EBS uses a key for it. */
  readonly may: (role: string, checks: readonly Check[], region: string) => boolean;
}

const volumeTags = (fleet: readonly FleetInstance[]) =>
  fleet.flatMap(({ machine }) => machine.volumes.flatMap(({ id, tags }) => (tags === undefined ? [] : [[id, tags] as const])));

export const createEc2State = (fleet: readonly FleetInstance[], now: Date): Ec2State => ({
  instances: new Map(fleet.map((item) => [item.machine.id, { fleet: item, launchTime: now, state: item.state }])),
  snapshots: new Map(),
  images: new Map(),
  recycleBin: { retains: false, snapshots: new Map() },
  permissions: new Map(),
  fastRestores: new Map(),
  tags: new Map(
    [...fleet.map(({ machine, tags }) => [machine.id, tags] as const), ...volumeTags(fleet)].map(([id, tags]) => [
      id,
      new Map(Object.entries(tags)),
    ]),
  ),
});

/** Root devices of Amazon's and of other images. The boot volume is the one attached there. */
const ROOT_DEVICES: readonly string[] = ['/dev/xvda', '/dev/sda1'];
export const isRootDevice = (deviceName: string): boolean => ROOT_DEVICES.includes(deviceName);

export const tagSet = (state: Ec2State, id: string): readonly { key: string; value: string }[] =>
  [...(state.tags.get(id) ?? [])].map(([key, value]) => ({ key, value }));

/** A snapshot as the endpoint of a region sees it: those of other regions do not exist there. */
export const snapshotIn = ({ snapshots }: Ec2State, region: string, id: string): SnapshotRecord | undefined => {
  const found = snapshots.get(id);
  return found?.region === region ? found : undefined;
};

/** The stack's region has the instances with their volumes; the others have none. */
export const instancesIn = ({ account, state }: Pick<Ec2, 'account' | 'state'>, region: string): Ec2State['instances'] =>
  region === account.region ? state.instances : new Map();

/** EBS sizes are whole GiB. */
export const sizeGiB = (sizeMiB: number): number => Math.max(1, Math.ceil(sizeMiB / 1024));
