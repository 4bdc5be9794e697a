import { randomBytes } from 'node:crypto';
import type { Ec2State, SnapshotRecord } from './state';

/** What people and other services do to a snapshot that stands in the way of its deletion, or takes it away. */
export const SNAPSHOT_ACTIONS = [
  'lock',
  'unlock',
  'archive',
  'restore-tier',
  'register',
  'disable-image',
  'deregister',
  'bin',
  'recover',
] as const;
export type SnapshotAction = (typeof SNAPSHOT_ACTIONS)[number];

type Act = (state: Ec2State, record: SnapshotRecord) => void;

/** Deleted under a retention rule: only in the bin now, where DescribeSnapshots does not look. Its tags stay. */
export const putIntoBin: Act = ({ snapshots, recycleBin }, record) => {
  snapshots.delete(record.id);
  recycleBin.snapshots.set(record.id, record);
};

const recover: Act = ({ snapshots, recycleBin }, record) => {
  recycleBin.snapshots.delete(record.id);
  snapshots.set(record.id, record);
};

const imageOf = ({ images }: Ec2State, { id }: SnapshotRecord) => {
  const image = [...images.values()].find(({ snapshotIds }) => snapshotIds.includes(id));
  if (image === undefined) throw new Error(`no image of ${id}`);
  return image;
};

const register: Act = ({ images }, record) => {
  const id = `ami-${randomBytes(9).toString('hex').slice(0, 17)}`;
  images.set(id, { id, region: record.region, snapshotIds: [record.id], state: 'available' });
};

const ACTS: Readonly<Record<SnapshotAction, Act>> = {
  lock: (_, record) => {
    record.locked = true;
  },
  unlock: (_, record) => {
    record.locked = false;
  },
  archive: (_, record) => {
    record.archived = true;
  },
  'restore-tier': (_, record) => {
    record.archived = false;
  },
  register,
  'disable-image': (state, record) => {
    imageOf(state, record).state = 'disabled';
  },
  deregister: (state, record) => void state.images.delete(imageOf(state, record).id),
  bin: putIntoBin,
  recover,
};

export const keepSnapshot = (state: Ec2State, snapshotId: string, action: SnapshotAction): void => {
  const record = (action === 'recover' ? state.recycleBin.snapshots : state.snapshots).get(snapshotId);
  if (record === undefined) throw new Error(`no snapshot ${snapshotId}`);
  ACTS[action](state, record);
};
