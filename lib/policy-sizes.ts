import { Stack } from 'aws-cdk-lib';
import { CfnManagedPolicy, CfnPolicy, CfnRole } from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';

/** IAM's limit for the inline policies of one role together, in characters without white space. */
export const INLINE_POLICY_LIMIT = 10_240;
/** The same for one managed policy. */
export const MANAGED_POLICY_LIMIT = 6_144;
/** Managed policies a role, unless AWS raised the quota. */
export const MANAGED_POLICIES_LIMIT = 10;

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

const list = (resolved: unknown): readonly unknown[] => (Array.isArray(resolved) ? resolved : []);

/** A construct's path as its author knows it: without the `Resource` that CDK adds. */
const pathOf = ({ node }: IConstruct): string => node.path.replace(/\/Resource$/, '');

/** What makes a role's policies grow, and what to do about it. */
const REMEDY =
  'What grows with the policies are the different keys of their TargetTags (a statement each), the documents that they name, the accounts ' +
  'that they share with, and the regions and keys that they copy to. ' +
  'Use fewer (one tag may serve several policies), or split the policies over several accounts or regions.';

interface AttachedPolicies {
  /** Documents of the role's inline policies, resolved. */
  readonly inline: readonly unknown[];
  /** Managed policies of this stack. */
  readonly managed: readonly CfnManagedPolicy[];
  readonly managedCount: number;
}

/** A role's policies: in the role itself, and those of the stack that name it or that it names. */
const policiesOf = (stack: Stack, role: CfnRole): AttachedPolicies => {
  const resolve = (value: unknown): unknown => stack.resolve(value);
  const reference = ({ logicalId }: CfnRole | CfnManagedPolicy): string => JSON.stringify({ Ref: resolve(logicalId) });
  const names = (given: unknown): readonly string[] => list(resolve(given)).map((one) => JSON.stringify(one));
  const all = stack.node.findAll();
  const own = list(resolve(role.policies)).map((policy) => (isRecord(policy) ? policy['policyDocument'] : undefined));
  const added = all.filter((one) => one instanceof CfnPolicy).filter(({ roles }) => names(roles).includes(reference(role)));
  const namedByRole = names(role.managedPolicyArns);
  const managed = all
    .filter((one) => one instanceof CfnManagedPolicy)
    .filter((one) => names(one.roles).includes(reference(role)) || namedByRole.includes(reference(one)));
  const ofOthers = namedByRole.filter((arn) => !managed.some((one) => reference(one) === arn));
  return {
    inline: [...own, ...added.map(({ policyDocument }) => resolve(policyDocument))],
    managed,
    managedCount: managed.length + ofOthers.length,
  };
};

const tooMany = (what: string, found: number, unit: string, allowed: number): readonly string[] =>
  found > allowed ? [`${what} ${found} ${unit}, IAM allows ${allowed}`] : [];

/** A managed policy, which must fit by itself. */
const longPolicy = (policy: CfnManagedPolicy): readonly string[] => {
  const length = policyLength(Stack.of(policy).resolve(policy.policyDocument));
  return tooMany(`managed policy ${pathOf(policy)} has about`, length, 'characters', MANAGED_POLICY_LIMIT);
};

const problemsOf = (stack: Stack, role: CfnRole): readonly string[] => {
  const { inline, managed, managedCount } = policiesOf(stack, role);
  const characters = inline.reduce<number>((sum, document) => sum + policyLength(document), 0);
  return [
    ...tooMany('its inline policies have about', characters, 'characters', INLINE_POLICY_LIMIT),
    ...managed.flatMap(longPolicy),
    ...tooMany('it has', managedCount, 'managed policies', MANAGED_POLICIES_LIMIT),
  ].map((problem) => `role ${pathOf(role)}: ${problem}. ${REMEDY}`);
};

/** Fails the synthesis, rather than the deployment, where the policies of a role in this construct would be too long or too many for IAM. */
export const checkPolicySizes = (construct: Construct): void => {
  const stack = Stack.of(construct);
  construct.node.addValidation({
    validate: () => construct.node.findAll().flatMap((one) => (one instanceof CfnRole ? problemsOf(stack, one) : [])),
  });
};
