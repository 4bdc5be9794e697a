import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { allow, EC2_REGION, ec2Arn } from './statements';

/** A tag's value as IAM takes it literally: `${` would begin a policy variable. */
const literal = (value: string): string => value.replaceAll('${', '${$}{');

/** Values of the policies' TargetTags by key, each once, in a stable order. */
export const targetTagValues = (policies: readonly Policy[]): ReadonlyMap<string, readonly string[]> => {
  const values = new Map<string, Set<string>>();
  for (const { Key, Value } of policies.flatMap((policy) => policy.TargetTags))
    values.set(Key, (values.get(Key) ?? new Set()).add(literal(Value)));
  return new Map([...values].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, set]) => [key, [...set].sort()]));
};

/**
 * An EC2 action on instances that a policy targets: one statement a tag key, since the keys of one condition are AND-ed and TargetTags are
 * OR-ed. Disabled policies count: an execution of theirs may be under way when the deployment disables them.
 */
export const ec2OnTargets = (action: string, policies: readonly Policy[]): PolicyStatement[] =>
  [...targetTagValues(policies)].map(([key, values]) =>
    allow([action], [ec2Arn('instance')], {
      StringEquals: { ...EC2_REGION, [`aws:ResourceTag/${key}`]: values.length === 1 ? values[0] : values },
    }),
  );
