import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { LIFECYCLE_TAG_KEYS, TAG } from '../../lambda/core/snapshot-tags';
import { copySnapshots } from './copies';
import { restoreFast, shareSnapshots } from './sharing';
import { allow, consumeMessages, describeEc2, EC2_REGION, ec2Arn, putEvents } from './statements';

/** Tags on our own snapshots, never the one that marks them as ours: no foreign snapshot could be adopted, and then deleted. */
const tagOwnSnapshots = (): PolicyStatement =>
  allow(['ec2:CreateTags'], [ec2Arn('snapshot')], {
    StringEquals: EC2_REGION,
    'ForAllValues:StringLike': { 'aws:TagKeys': LIFECYCLE_TAG_KEYS },
    Null: { [`aws:ResourceTag/${TAG.policyId}`]: 'false', 'aws:TagKeys': 'false' },
  });

/** Of the snapshots of this account only those with our tag, which no role of ours can put on another. */
const deleteOwnSnapshots = (): PolicyStatement =>
  allow(['ec2:DeleteSnapshot'], [ec2Arn('snapshot')], {
    StringEquals: EC2_REGION,
    Null: { [`aws:ResourceTag/${TAG.policyId}`]: 'false' },
  });

/** The lifecycle function looks at snapshots and what may keep them, tags, copies and deletes ours, tells, and puts into its own queue what it has no time left for. */
export const lifecyclePermissions = (queue: IQueue, policies: readonly Policy[], volumeKeys: readonly string[]): PolicyStatement[] => [
  describeEc2('DescribeSnapshots', 'DescribeInstances', 'DescribeImages', 'DescribeLockedSnapshots'),
  tagOwnSnapshots(),
  deleteOwnSnapshots(),
  ...copySnapshots(policies, volumeKeys),
  ...shareSnapshots(policies),
  ...restoreFast(policies),
  putEvents(),
  consumeMessages(queue, 'sqs:ChangeMessageVisibility', 'sqs:SendMessage'),
];
