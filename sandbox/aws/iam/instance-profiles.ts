import type { FleetInstance } from '../../ports';
import type { RolePolicies } from './policies';
import { parsePolicyDocument } from './statement';

/**
 * AWSEC2VssSnapshotPolicy, version 2, without what it allows on images, as AWS's managed policy reference has it. Its policy variable
 * `${ec2:InstanceId}` is the instance of which snapshots are made: it must be the one that makes them.
 */
const vssSnapshotPolicy = () => {
  const fromItself = { ArnLike: { 'ec2:SourceInstanceARN': 'arn:aws:ec2:*:*:instance/${ec2:InstanceId}' } };
  const snapshots = 'arn:aws:ec2:*:*:snapshot/*';
  return {
    Statement: [
      {
        ...{ Effect: 'Allow', Action: 'ec2:CreateSnapshots', Resource: snapshots },
        Condition: { StringLike: { 'aws:RequestTag/AwsVssConfig': '*' } },
      },
      { Effect: 'Allow', Action: 'ec2:CreateSnapshots', Resource: 'arn:aws:ec2:*:*:instance/*', Condition: fromItself },
      { Effect: 'Allow', Action: 'ec2:CreateSnapshots', Resource: 'arn:aws:ec2:*:*:volume/*' },
      {
        ...{ Effect: 'Allow', Action: 'ec2:CreateTags', Resource: snapshots },
        Condition: { StringEquals: { 'ec2:CreateAction': 'CreateSnapshots' } },
      },
      {
        ...{ Effect: 'Allow', Action: 'ec2:CreateTags', Resource: snapshots },
        Condition: {
          StringLike: { 'ec2:ResourceTag/AwsVssConfig': '*' },
          'ForAllValues:StringEquals': { 'aws:TagKeys': ['AppConsistent', 'Device'] },
        },
      },
      { Effect: 'Allow', Action: 'ec2:DescribeSnapshots', Resource: '*' },
    ],
  };
};

/** What instances may do by their profiles, by instance id: those of Windows make their own snapshots by VSS. */
export const instanceProfiles = (accountId: string, fleet: readonly FleetInstance[]): ReadonlyMap<string, RolePolicies> =>
  new Map(
    fleet
      .filter(({ platform, profile }) => platform === 'windows' && profile !== false)
      .map(({ machine: { id } }) => [
        id,
        {
          arn: `arn:aws:sts::${accountId}:assumed-role/targets/${id}`,
          statements: parsePolicyDocument(vssSnapshotPolicy(), 'AWSEC2VssSnapshotPolicy'),
        },
      ]),
  );
