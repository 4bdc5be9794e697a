import { Aspects } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { AwsSolutionsChecks } from 'cdk-nag';
import { exampleStack } from './synthesized';

const ROLE = (name: string) => `/Test/Stillpoint/${name}/Service/Role/Resource AwsSolutions-IAM5`;
const EC2 = 'arn:<AWS::Partition>:ec2:<AWS::Region>';

const VSS_POLICY = '/Test/Stillpoint/VssInstancePolicy/Policy/Resource AwsSolutions-IAM5';

/** Named by what they allow: the name changes with the policies. */
const RIGHTS = (what: string) =>
  `/Test/Stillpoint/Worker/Rights/${what}HASH/Resource AwsSolutions-IAM5[Resource::${EC2}:<AWS::AccountId>:instance/*]`;

/** What cdk-nag finds and why it stays. SAR is AWS's service authorization reference. */
const ACCEPTED: Readonly<Record<string, string>> = {
  '/Test/Stillpoint/Queues/UnplannedRuns/Resource AwsSolutions-SQS3':
    'It is the dead-letter queue of the rules and of the planner, which no redrive policy shows.',
  '/Test/Stillpoint/InstancePolicy/Policy/Resource AwsSolutions-IAM5[Resource::*]':
    'The agent’s message actions take no resource (SAR, Amazon Message Delivery Service and Message Gateway Service); held to the region.',
  [`${VSS_POLICY}[Resource::${EC2}:<AWS::AccountId>:instance/*]`]:
    'Every instance that it is attached to, and of itself alone: held by ec2:SourceInstanceARN.',
  [`${VSS_POLICY}[Resource::${EC2}:<AWS::AccountId>:volume/*]`]: 'Volumes carry no tag of the policy, the instance’s check holds the call.',
  [`${VSS_POLICY}[Resource::${EC2}::snapshot/*]`]: 'A new snapshot has no id yet: held by the request’s tags, and later by VSS’s own tag.',
  [`${VSS_POLICY}[Resource::*]`]: 'ec2:DescribeSnapshots takes no resource (SAR, Amazon EC2); held to the region.',
  [`${ROLE('Removal')}[Resource::*]`]: 'ec2:DescribeSnapshots takes no resource (SAR, Amazon EC2); held to the region.',
  [`${ROLE('Planner')}[Resource::*]`]:
    'ec2:DescribeInstances and ssm:DescribeInstanceInformation take no resource (SAR, Amazon EC2 and AWS Systems Manager); held to the region.',
  [`${ROLE('Worker')}[Resource::*]`]:
    'The EC2 Describe actions and ssm GetCommandInvocation, ListCommandInvocations, ListCommands, CancelCommand and ' +
    'DescribeInstanceInformation take no resource (SAR, Amazon EC2 and AWS Systems Manager); held to the region.',
  [`${ROLE('Worker')}[Resource::${EC2}:<AWS::AccountId>:volume/*]`]:
    'CreateSnapshots is checked on every volume of the instance, too (SAR); volumes carry no tag of the policy, the instance’s check holds the call.',
  [`${ROLE('Worker')}[Resource::${EC2}::snapshot/*]`]:
    'A new snapshot has no id yet: held by the request’s ownership tag, ec2:CreateAction, and later the snapshot’s own tag (SAR, snapshot*).',
  [RIGHTS('Targets')]: 'Which instances a policy targets is said by their tags, as in DLM: held by aws:ResourceTag (SAR, instance*).',
  [RIGHTS('Documents')]:
    'SendCommand is held by the documents alone, as in DLM’s own role: a thaw must not depend on tags, and IAM can’t tell it from a pre-script.',
  [`${ROLE('Sweep')}[Resource::*]`]:
    'ec2:DescribeInstances and ec2:DescribeSnapshots take no resource (SAR, Amazon EC2); held to the region.',
  [`${ROLE('Lifecycle')}[Resource::*]`]: 'EC2’s Describe actions take no resource (SAR, Amazon EC2); held to the region.',
  [`${ROLE('Lifecycle')}[Resource::${EC2}::snapshot/*]`]:
    'Which snapshots are ours is said by their tag: held by aws:ResourceTag (SAR, snapshot*).',
  '/Test/Stillpoint/Brakes/Table/Resource AwsSolutions-DDB3':
    'A point in time to go back to is of no use for a stop switch and slots of minutes: a lost table is an empty one.',
};

describe('cdk-nag’s AwsSolutions checks', () => {
  it('find what is accepted with a reason, nothing more and nothing less', () => {
    const stack = exampleStack();
    Aspects.of(stack).add(new AwsSolutionsChecks());
    const annotations = Annotations.fromStack(stack);
    const found = [...annotations.findError('*', Match.anyValue()), ...annotations.findWarning('*', Match.anyValue())];
    const findings = found.map(
      ({ id, entry }) =>
        `${id.replace(/[0-9a-f]{8}\/Resource$/, 'HASH/Resource')} ${/^AwsSolutions-\w+(\[.*?\])?(?=: )/.exec(String(entry.data))?.[0]}`,
    );
    expect(findings).toEqual(Object.keys(ACCEPTED));
  });
});
