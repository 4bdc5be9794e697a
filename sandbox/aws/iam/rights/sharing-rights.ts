import type { Ec2 } from '../../ec2/state';
import type { Call } from '../../operation';
import type { Check, Context } from '../check';
import { onSnapshot } from './ec2-rights';

type Entries = readonly { readonly UserId?: string | undefined; readonly Group?: string | undefined }[];

interface PermissionChange {
  readonly SnapshotId: string;
  readonly CreateVolumePermission: { readonly Add?: Entries | undefined; readonly Remove?: Entries | undefined };
}

/**
 * `ec2:Add/userId` and its like are keys of one value; how EC2 checks a call with several accounts is not published: here each entry of the
 * call must be allowed by itself.
 */
export const modifyAttributeRights =
  (ec2: Ec2) =>
  ({ SnapshotId, CreateVolumePermission: { Add = [], Remove = [] } }: PermissionChange, call: Call): readonly Check[] =>
    [
      ...Add.map(({ UserId, Group }) => keyOf('ec2:Add', UserId, Group)),
      ...Remove.map(({ UserId, Group }) => keyOf('ec2:Remove', UserId, Group)),
    ].map((context) => onSnapshot(ec2, call, SnapshotId, context));

const keyOf = (prefix: string, userId: string | undefined, group: string | undefined): Context =>
  userId === undefined ? { [`${prefix}/group`]: [group ?? ''] } : { [`${prefix}/userId`]: [userId] };

export const describeAttributeRights =
  (ec2: Ec2) =>
  ({ SnapshotId }: { readonly SnapshotId: string }, call: Call): readonly Check[] => [onSnapshot(ec2, call, SnapshotId)];

interface FastRestoreRequest {
  readonly SourceSnapshotId: readonly string[];
  readonly AvailabilityZone?: readonly string[] | undefined;
  readonly AvailabilityZoneId?: readonly string[] | undefined;
}

/** On each snapshot in each zone. A zone that is given by its id has no condition key of its own. */
export const fastRestoreRights =
  (ec2: Ec2) =>
  ({ SourceSnapshotId, AvailabilityZone = [], AvailabilityZoneId = [] }: FastRestoreRequest, call: Call): readonly Check[] =>
    SourceSnapshotId.flatMap((id) => [
      ...AvailabilityZone.map((zone) => onSnapshot(ec2, call, id, { 'ec2:AvailabilityZone': [zone] })),
      ...AvailabilityZoneId.map(() => onSnapshot(ec2, call, id)),
    ]);
