import type { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { INLINE_POLICY_LIMIT, policyLength } from '../../lib/policy-sizes';
import { policy } from './example-policies';
import { exampleStack } from './synthesized';

const withTagKeys = (count: number) =>
  exampleStack({
    policies: ['one', 'other'].map((id) => ({
      id,
      policy: policy({ TargetTags: Array.from({ length: count }, (_, index) => ({ Key: `${id}-${index}`, Value: 'yes' })) }),
    })),
  });

const workerRole = (stack: Stack): Role => {
  const role = stack.node.findAll().find((one) => one.node.path === 'Test/Stillpoint/Worker/Service/Role');
  if (!(role instanceof Role)) throw new Error('no role of the worker');
  return role;
};

/** A statement of about that many characters. */
const long = (characters: number): PolicyStatement =>
  new PolicyStatement({ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::bucket/${'x'.repeat(characters)}`] });

describe('the sizes of a role’s policies', () => {
  it('fail the synthesis past IAM’s limit, naming role and policy, what was found, what is allowed, and what to do', () => {
    expect(() => Template.fromStack(withTagKeys(30))).toThrow(
      /role Test\/Stillpoint\/Worker\/Service\/Role: managed policy Test\/Stillpoint\/Worker\/Rights\/Targets\w+ has about \d{5} characters, IAM allows 6144\. .*TargetTags/,
    );
  });

  it('are no trouble below it', () => {
    expect(() => Template.fromStack(withTagKeys(10))).not.toThrow();
  });

  it('count what is added to the role afterwards', () => {
    const stack = exampleStack();
    workerRole(stack).addToPrincipalPolicy(long(8_500));
    expect(() => Template.fromStack(stack)).toThrow(
      /role Test\/Stillpoint\/Worker\/Service\/Role: its inline policies have about 1\d{4} characters/,
    );
  });

  it('are told of a managed policy that is too long, and of more than ten', () => {
    const stack = exampleStack();
    const role = workerRole(stack);
    new ManagedPolicy(stack, 'Long', { roles: [role], statements: [long(6_200)] });
    for (let index = 1; index <= 10; index++) role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName(`Number${index}`));
    expect(() => Template.fromStack(stack)).toThrow(
      /managed policy Test\/Long has about 6\d{3} characters, IAM allows 6144\..*\n?.*it has 13 managed policies, IAM allows 10/s,
    );
  });

  it('count what is known at deployment only by its longest form', () => {
    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ec2:', { Ref: 'AWS::Region' }, '::snapshot/*']] };
    expect(policyLength({ Resource: arn })).toBe('{"Resource":"arn:aws-us-gov:ec2:us-gov-east-1x::snapshot/*"}'.length);
    expect(policyLength({ Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } })).toBeGreaterThan(150);
    expect(INLINE_POLICY_LIMIT).toBe(10_240);
  });
});
