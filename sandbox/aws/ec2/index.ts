import type { Service } from '../endpoint/dispatch';
import { ec2Protocol } from '../endpoint/ec2-protocol';
import { copySnapshot } from './copy-snapshot';
import { createSnapshots } from './create-snapshots';
import { deleteSnapshot } from './delete-snapshot';
import { describeImages } from './describe-images';
import { describeInstances } from './describe-instances';
import { describeLockedSnapshots } from './describe-locked-snapshots';
import { describeSnapshots } from './describe-snapshots';
import { describeVolumes } from './describe-volumes';
import { describeFastSnapshotRestores, disableFastSnapshotRestores, enableFastSnapshotRestores } from './fast-snapshot-restores';
import { describeSnapshotAttribute, modifySnapshotAttribute } from './snapshot-permissions';
import type { Ec2 } from './state';
import { createTags } from './tags';

export const ec2Service = (ec2: Ec2): Service => ({
  name: 'ec2',
  protocol: ec2Protocol,
  operations: {
    DescribeInstances: describeInstances(ec2),
    DescribeVolumes: describeVolumes(ec2),
    DescribeSnapshots: describeSnapshots(ec2),
    DescribeImages: describeImages(ec2),
    DescribeLockedSnapshots: describeLockedSnapshots(ec2),
    CreateSnapshots: createSnapshots(ec2),
    CopySnapshot: copySnapshot(ec2),
    CreateTags: createTags(ec2),
    ModifySnapshotAttribute: modifySnapshotAttribute(ec2),
    DescribeSnapshotAttribute: describeSnapshotAttribute(ec2),
    EnableFastSnapshotRestores: enableFastSnapshotRestores(ec2),
    DisableFastSnapshotRestores: disableFastSnapshotRestores(ec2),
    DescribeFastSnapshotRestores: describeFastSnapshotRestores(ec2),
    DeleteSnapshot: deleteSnapshot(ec2),
  },
});
