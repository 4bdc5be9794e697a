import { Aws, CfnOutput } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { allow } from './permissions/statements';

/**
 * What the SSM Agent of a target needs for Run Command, and nothing else. `AmazonSSMManagedInstanceCore` has all of it, and reading of
 * every parameter beside it. The message actions take no resource, the others the instance itself, which a policy for many can't name
 * (service authorization reference: AWS Systems Manager, Amazon Message Delivery Service, Amazon Session Manager Message Gateway Service).
 * The lists of associations are what the agent asks for by itself, every few minutes.
 */
const AGENT_ACTIONS = [
  'ssm:UpdateInstanceInformation',
  'ssm:ListAssociations',
  'ssm:ListInstanceAssociations',
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
] as const;

/** A managed policy for the roles of target instances: attach it where `AmazonSSMManagedInstanceCore` is more than you want to give. */
export class InstancePolicy extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const policy = new ManagedPolicy(this, 'Policy', {
      description: 'Lets the SSM Agent of an instance run the scripts that Stillpoint sends',
      statements: [allow(AGENT_ACTIONS, ['*'], { StringEquals: { 'aws:RequestedRegion': Aws.REGION } })],
    });
    new CfnOutput(this, 'Arn', { value: policy.managedPolicyArn, description: 'For the roles of the instances that Stillpoint backs up' });
  }
}
