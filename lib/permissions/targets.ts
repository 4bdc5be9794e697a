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
 * An action on instances that a policy targets: one statement a tag key, since the keys of one condition are AND-ed and TargetTags are
 * OR-ed. Disabled policies count: a script of theirs may still be held when the deployment disables them.
 */
export const onTargets = (action: string, policies: readonly Policy[], region: Readonly<Record<string, string>> = {}): PolicyStatement[] =>
  [...targetTagValues(policies)].map(([key, values]) =>
    allow([action], [ec2Arn('instance')], {
      StringEquals: { ...region, [`aws:ResourceTag/${key}`]: values.length === 1 ? values[0] : values },
    }),
  );

/** Like {@link onTargets}, for an EC2 action, which takes `ec2:Region`. */
export const ec2OnTargets = (action: string, policies: readonly Policy[]): PolicyStatement[] => onTargets(action, policies, EC2_REGION);
