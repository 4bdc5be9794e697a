import {
  type CreateVolumePermissionModifications,
  DescribeSnapshotAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import type { Refusal, VolumePermissions } from '../lifecycle/share-ports';
import { throughThrottling } from './backoff';
import { ec2 } from './clients';
import { awsError } from './errors';

const TRIES = 8;
const BASE_MS = 500;

const accounts: VolumePermissions['accounts'] = async (snapshotId) => {
  const command = new DescribeSnapshotAttributeCommand({ SnapshotId: snapshotId, Attribute: 'createVolumePermission' });
  const { CreateVolumePermissions = [] } = await throughThrottling(TRIES, BASE_MS, () => ec2.send(command));
  return CreateVolumePermissions.flatMap(({ UserId }) => UserId ?? []);
};

const modify = async (SnapshotId: string, CreateVolumePermission: CreateVolumePermissionModifications): Promise<Refusal | undefined> => {
  const command = new ModifySnapshotAttributeCommand({ SnapshotId, CreateVolumePermission });
  try {
    await throughThrottling(TRIES, BASE_MS, () => ec2.send(command));
    return undefined;
  } catch (thrown) {
    const { refused, throttled, code, message } = awsError(thrown);
    if (refused && !throttled) return { code, message };
    throw thrown;
  }
};

export const ec2VolumePermissions: VolumePermissions = {
  accounts,
  add: (snapshotId, account) => modify(snapshotId, { Add: [{ UserId: account }] }),
  remove: (snapshotId, account) => modify(snapshotId, { Remove: [{ UserId: account }] }),
};
