import { type Account, arnOf } from '../account';

/** The account's default key for EBS, `aws/ebs`, which AWS manages. What is encrypted under it can't be shared. */
export const defaultEbsKey = (account: Account): string => arnOf(account, 'kms', 'key/00000000-0000-4000-8000-0000000000eb');

/** What EC2 tells of a volume's or a snapshot's encryption. */
export const encryptionFields = (kmsKeyId: string | undefined) => ({ encrypted: kmsKeyId !== undefined, kmsKeyId });
