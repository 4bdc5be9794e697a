import { Aws } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { allow } from './statements';

const VIA_EC2 = { 'kms:ViaService': `ec2.${Aws.REGION}.${Aws.URL_SUFFIX}` };

/**
 * Use of the customer managed keys of encrypted volumes, through EC2 only. The list is the one that EBS's page on encryption gives; which
 * of these CreateSnapshots itself checks is not published.
 */
export const useVolumeKeys = (keyArns: readonly string[]): PolicyStatement[] => {
  if (keyArns.length === 0) return [];
  const use = ['DescribeKey', 'Decrypt', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'].map((name) => `kms:${name}`);
  return [
    allow(use, keyArns, { StringEquals: VIA_EC2 }),
    allow(['kms:CreateGrant'], keyArns, { StringEquals: VIA_EC2, Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
  ];
};
