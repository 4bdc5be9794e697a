import { Template } from 'aws-cdk-lib/assertions';
import { INLINE_POLICY_LIMIT, policyLength } from '../../lib/inline-policy-size';
import { policy } from './example-policies';
import { exampleStack } from './synthesized';

const withTagKeys = (count: number) =>
  exampleStack({
    policies: ['one', 'other'].map((id) => ({
      id,
      policy: policy({ TargetTags: Array.from({ length: count }, (_, index) => ({ Key: `${id}-${index}`, Value: 'yes' })) }),
    })),
  });

describe('the size of a role’s inline policy', () => {
  it('fails the synthesis past IAM’s limit, naming the role and what to do', () => {
    expect(() => Template.fromStack(withTagKeys(30))).toThrow(
      /role Test\/Stillpoint\/Worker\/Service\/Role: its inline policy has about \d+ characters/,
    );
  });

  it('is no trouble below it', () => {
    expect(() => Template.fromStack(withTagKeys(5))).not.toThrow();
  });

  it('counts what is known at deployment only by its longest form', () => {
    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ec2:', { Ref: 'AWS::Region' }, '::snapshot/*']] };
    expect(policyLength({ Resource: arn })).toBe('{"Resource":"arn:aws-us-gov:ec2:us-gov-east-1x::snapshot/*"}'.length);
    expect(policyLength({ Resource: { 'Fn::GetAtt': ['Queue', 'Arn'] } })).toBeGreaterThan(150);
    expect(INLINE_POLICY_LIMIT).toBe(10_240);
  });
});
