import { Stack } from 'aws-cdk-lib';
import type { PolicyDocument, Role } from 'aws-cdk-lib/aws-iam';

/** IAM's limit for the inline policies of one role, in characters without white space. */
export const INLINE_POLICY_LIMIT = 10_240;

/** A value that is known at deployment only is taken as long as the longest that may stand there: `aws-us-gov`, an ARN of a queue ... */
const PSEUDO_PARAMETER_LENGTHS: Readonly<Record<string, number>> = { 'AWS::Partition': 10, 'AWS::Region': 14, 'AWS::AccountId': 12 };
const ATTRIBUTE_LENGTH = 150;

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Replaces intrinsic functions by placeholders of their longest length. */
const withPlaceholders = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withPlaceholders);
  if (!isRecord(value)) return value;
  const reference = value['Ref'];
  if (typeof reference === 'string') return 'x'.repeat(PSEUDO_PARAMETER_LENGTHS[reference] ?? ATTRIBUTE_LENGTH);
  if ('Fn::GetAtt' in value) return 'x'.repeat(ATTRIBUTE_LENGTH);
  const join = value['Fn::Join'];
  if (Array.isArray(join) && Array.isArray(join[1])) return join[1].map(withPlaceholders).join('');
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withPlaceholders(entry)]));
};

/** Length of a resolved policy document as IAM counts it, at most. */
export const policyLength = (resolved: unknown): number => JSON.stringify(withPlaceholders(resolved)).length;

/**
 * Fails the synthesis when the role's policy would be too long for IAM, rather than the deployment. What makes it grow is the number
 * of different keys and values in the policies' TargetTags.
 */
export const checkInlinePolicySize = (role: Role, document: PolicyDocument): void => {
  role.node.addValidation({
    validate: () => {
      const length = policyLength(Stack.of(role).resolve(document));
      if (length <= INLINE_POLICY_LIMIT) return [];
      return [
        `role ${role.node.path}: its inline policy has about ${length} characters, IAM allows ${INLINE_POLICY_LIMIT}. ` +
          'Use fewer different TargetTags (one tag may serve several policies), or split the policies over two stacks.',
      ];
    },
  });
};
