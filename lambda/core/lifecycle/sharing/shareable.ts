import * as z from 'zod/mini';

/** ARNs of the construct's `volumeKeys` in a function's environment, with commas between. Absent in a release before, or where there are none. */
export const volumeKeysSchema = z._default(z.string(), '');
export const volumeKeysOf = (value: string): readonly string[] => value.split(',').filter((arn) => arn !== '');

/** A volume or a snapshot, by its encryption. */
export interface Encryption {
  /** ARN of the KMS key; undefined when it is not encrypted. */
  readonly keyId?: string | undefined;
}

/**
 * Whether EC2 would share a snapshot: of an unencrypted volume, or of one under a customer managed key. Which key is the default EBS key, only
 * KMS tells; but the construct's `volumeKeys` names all customer managed keys of the targets, so what it does not name is taken for the default.
 */
export const isShareable = ({ keyId }: Encryption, volumeKeys: readonly string[]): boolean =>
  keyId === undefined || volumeKeys.includes(keyId);

/** Why not. */
export const notShareable = ({ keyId = '' }: Encryption) => ({
  code: 'KeyNotNamed',
  message: `encrypted under ${keyId}, which volumeKeys does not name: EC2 shares no snapshot under the default EBS key`,
});
