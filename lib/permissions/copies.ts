import { Aws } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { copyKeys, copyRegions } from '../../lambda/core/lifecycle/copies/copy-rules';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { COPY_TAG, TAG } from '../../lambda/core/snapshot-tags';
import { allow } from './statements';

const snapshots = (region: string, id: string): string => `arn:${Aws.PARTITION}:ec2:${region}::snapshot/${id}`;
const viaEc2 = (regions: readonly string[]) => ({ 'kms:ViaService': regions.map((region) => `ec2.${region}.${Aws.URL_SUFFIX}`) });

/** Held on a copy: that it says whose it is and what of. Sets that an app in that region made itself don't. */
const isCopy = (key: 'RequestTag' | 'ResourceTag') => ({
  [`aws:${key}/${TAG.policyId}`]: 'false',
  [`aws:${key}/${COPY_TAG.sourceSnapshot}`]: 'false',
});

/**
 * CopySnapshot is called in the region of the copy, and checked on the copy, whose id is a literal `*` then, and on the source, whose tags it does not
 * look at (EBS's page of policy examples has this pair; which region stands in the source's ARN it does not say).
 */
const begin = (regions: readonly string[]): PolicyStatement[] => {
  const copies = regions.map((region) => snapshots(region, '*'));
  return [
    allow(
      ['ec2:CopySnapshot'],
      regions.map((region) => snapshots(region, '${*}')),
      { StringEquals: { 'ec2:Region': regions }, Null: isCopy('RequestTag') },
    ),
    allow(['ec2:CopySnapshot'], [snapshots('*', 'snap-*')]),
    allow(['ec2:CreateTags'], copies, { StringEquals: { 'ec2:Region': regions, 'ec2:CreateAction': 'CopySnapshot' } }),
  ];
};

/** The copies, and what keeps them. */
const LOOK = ['DescribeSnapshots', 'DescribeImages', 'DescribeLockedSnapshots', 'DescribeFastSnapshotRestores'];

const follow = (regions: readonly string[]): PolicyStatement[] => {
  const copies = regions.map((region) => snapshots(region, '*'));
  return [
    allow(
      LOOK.map((name) => `ec2:${name}`),
      ['*'],
      {
        StringEquals: { 'ec2:Region': regions },
      },
    ),
    allow(['ec2:CreateTags'], copies, {
      StringEquals: { 'ec2:Region': regions },
      'ForAllValues:StringEquals': { 'aws:TagKeys': [COPY_TAG.copy, TAG.deleting] },
      Null: { ...isCopy('ResourceTag'), 'aws:TagKeys': 'false' },
    }),
    allow(['ec2:DeleteSnapshot'], copies, { StringEquals: { 'ec2:Region': regions }, Null: isCopy('ResourceTag') }),
  ];
};

/** EBS's list for copies of encrypted snapshots (its page on copying); which the source's key and which the copy's needs is not published. */
const KEY_USE = ['DescribeKey', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'];

const useKeys = (keys: readonly string[], regions: readonly string[]): PolicyStatement[] =>
  keys.length === 0
    ? []
    : [
        allow(
          KEY_USE.map((name) => `kms:${name}`),
          keys,
          { StringEquals: viaEc2([Aws.REGION, ...regions]) },
        ),
        allow(['kms:CreateGrant'], keys, {
          StringEquals: viaEc2([Aws.REGION, ...regions]),
          Bool: { 'kms:GrantIsForAWSResource': 'true' },
        }),
      ];

/** Copies of our snapshots in the regions that the policies name, under their keys; nothing where no policy has copy rules. */
export const copySnapshots = (policies: readonly Policy[], volumeKeys: readonly string[]): PolicyStatement[] => {
  const regions = copyRegions(policies);
  return regions.length === 0 ? [] : [...begin(regions), ...follow(regions), ...useKeys([...volumeKeys, ...copyKeys(policies)], regions)];
};
