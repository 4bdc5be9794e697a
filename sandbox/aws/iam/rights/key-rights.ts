import type { Check } from '../check';

/** What EBS's page on copying asks of the caller for an encrypted snapshot; the API's ReEncrypt is two actions. */
const TO_COPY = ['DescribeKey', 'Decrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'];

/** The use of a key by EC2 in the key's own region for whoever copies. Which of these the source's key and which the copy's needs is not published: both all. */
export const copyKeyRights = (keyArn: string): readonly Check[] => {
  const viaService = { 'kms:ViaService': [`ec2.${keyArn.split(':')[3]}.amazonaws.com`] };
  return [
    ...TO_COPY.map((name) => ({ action: `kms:${name}`, resource: keyArn, context: viaService })),
    { action: 'kms:CreateGrant', resource: keyArn, context: { ...viaService, 'kms:GrantIsForAWSResource': ['true'] } },
  ];
};
