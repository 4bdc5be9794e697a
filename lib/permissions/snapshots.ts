import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { CLOSING_TAG_KEYS, TAG } from '../../lambda/core/snapshot-tags';
import { VSS_HANDLER } from '../../lambda/core/vss/vss-documents';
import { allow, EC2_REGION, ec2Arn } from './statements';
import { ec2OnTargets } from './targets';

/** Marks a snapshot as ours. */
const OWNERSHIP_TAG = TAG.policyId;

/**
 * CreateSnapshots is checked on the instance, on each volume and on each new snapshot, with other condition keys on each: a statement
 * each. Users tag instances, not volumes, so volumes stay open account-wide. A new snapshot has request tags, but no resource tags yet.
 */
const createSets = (): PolicyStatement[] => [
  allow(['ec2:CreateSnapshots'], [ec2Arn('volume')], { StringEquals: EC2_REGION }),
  allow(['ec2:CreateSnapshots'], [ec2Arn('snapshot')], {
    StringEquals: EC2_REGION,
    Null: { [`aws:RequestTag/${OWNERSHIP_TAG}`]: 'false' },
  }),
];

/** CreateSnapshots on the instance itself: the policies' targets. */
export const ofTargets = (policies: readonly Policy[]): PolicyStatement[] => ec2OnTargets('ec2:CreateSnapshots', policies);

/** EC2 can't always be told to copy tags itself, and VSS takes none but ids. */
const tagsLater = ({ Schedules }: Policy): boolean => {
  const byVss = Schedules.some(({ CreateRule }) => CreateRule.Scripts?.some(({ ExecutionHandler }) => ExecutionHandler === VSS_HANDLER));
  return Schedules.some(
    ({ CopyTags, TagsToAdd = [], VariableTags = [] }) => CopyTags || (byVss && TagsToAdd.length + VariableTags.length > 0),
  );
};

/** Tags of users, written to a set that exists: any but ours, which say whose a snapshot is and what it is worth. */
export const usersTagsLater = (policies: readonly Policy[]): PolicyStatement[] =>
  policies.some(tagsLater)
    ? [
        allow(['ec2:CreateTags'], [ec2Arn('snapshot')], {
          StringEquals: EC2_REGION,
          'ForAllValues:StringNotLike': { 'aws:TagKeys': 'stillpoint:*' },
          Null: { [`aws:ResourceTag/${OWNERSHIP_TAG}`]: 'false', 'aws:TagKeys': 'false' },
        }),
      ]
    : [];

/** Snapshot sets, tagged when they are made and later: never with the ownership tag, or foreign snapshots could be adopted. */
export const makeSnapshotSets = (): PolicyStatement[] => [
  ...createSets(),
  allow(['ec2:CreateTags'], [ec2Arn('snapshot')], { StringEquals: { ...EC2_REGION, 'ec2:CreateAction': 'CreateSnapshots' } }),
  allow(['ec2:CreateTags'], [ec2Arn('snapshot')], {
    StringEquals: EC2_REGION,
    'ForAllValues:StringLike': { 'aws:TagKeys': CLOSING_TAG_KEYS },
    Null: { [`aws:ResourceTag/${OWNERSHIP_TAG}`]: 'false', 'aws:TagKeys': 'false' },
  }),
];
