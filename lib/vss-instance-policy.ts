import { Aws, CfnOutput } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { VSS_ID_KEYS, VSS_OWN_KEYS, VSS_TAG } from '../lambda/core/vss/vss-tags';
import { allow, describeEc2, EC2_REGION, ec2Arn } from './permissions/statements';

/** As `AWSEC2VssSnapshotPolicy` has it: an instance makes snapshots of itself alone. */
const FROM_ITSELF = { ArnLike: { 'ec2:SourceInstanceARN': `arn:${Aws.PARTITION}:ec2:*:*:instance/\${ec2:InstanceId}` } };

const SNAPSHOTS = [ec2Arn('snapshot')];

/**
 * A managed policy for the roles of Windows instances that VSS makes sets on: `AWSEC2VssSnapshotPolicy` without images, and with no other tags at
 * the snapshots' creation than VSS's own and our ids. So an instance can't write a verdict, without which a set counts for nothing. Which tags VSS
 * gives at creation AWS publishes in part only: not tried on AWS.
 */
export class VssInstancePolicy extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const onlyThese = { 'ForAllValues:StringEquals': { 'aws:TagKeys': [...VSS_OWN_KEYS, ...VSS_ID_KEYS] } };
    const policy = new ManagedPolicy(this, 'Policy', {
      description: 'Lets a Windows instance make its own snapshots by VSS, as Stillpoint asks it to',
      statements: [
        allow(['ec2:DescribeInstanceAttribute', 'ec2:CreateSnapshots'], [ec2Arn('instance')], { StringEquals: EC2_REGION, ...FROM_ITSELF }),
        allow(['ec2:CreateSnapshots'], [ec2Arn('volume')], { StringEquals: EC2_REGION }),
        allow(['ec2:CreateSnapshots'], SNAPSHOTS, { StringEquals: EC2_REGION, Null: { [`aws:RequestTag/${VSS_TAG}`]: 'false' } }),
        allow(['ec2:CreateTags'], SNAPSHOTS, { StringEquals: { ...EC2_REGION, 'ec2:CreateAction': 'CreateSnapshots' }, ...onlyThese }),
        allow(['ec2:CreateTags'], SNAPSHOTS, {
          StringEquals: EC2_REGION,
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['AppConsistent', 'Device'] },
          Null: { [`aws:ResourceTag/${VSS_TAG}`]: 'false', 'aws:TagKeys': 'false' },
        }),
        describeEc2('DescribeSnapshots'),
      ],
    });
    new CfnOutput(this, 'Arn', {
      value: policy.managedPolicyArn,
      description: 'For the roles of Windows instances that VSS makes sets on',
    });
  }
}
