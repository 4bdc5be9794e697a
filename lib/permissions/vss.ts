import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { TAG } from '../../lambda/core/snapshot-tags';
import { VSS_HANDLER } from '../../lambda/core/vss/vss-documents';
import { VSS_LATER_KEYS, VSS_TAG } from '../../lambda/core/vss/vss-tags';
import { allow, EC2_REGION, ec2Arn } from './statements';

const usesVss = (policy: Policy): boolean =>
  policy.Schedules.some(({ CreateRule }) => CreateRule.Scripts?.some(({ ExecutionHandler }) => ExecutionHandler === VSS_HANDLER));

/**
 * What sets that VSS made are given later, since their command takes ids alone. Only snapshots that carry VSS's own tag beside ours, and never the one
 * that marks ownership: that one comes from the instance. Nothing where no policy uses VSS.
 */
export const tagVssSets = (policies: readonly Policy[]): PolicyStatement[] =>
  policies.some(usesVss)
    ? [
        allow(['ec2:CreateTags'], [ec2Arn('snapshot')], {
          StringEquals: EC2_REGION,
          'ForAllValues:StringEquals': { 'aws:TagKeys': VSS_LATER_KEYS },
          Null: { [`aws:ResourceTag/${TAG.policyId}`]: 'false', [`aws:ResourceTag/${VSS_TAG}`]: 'false', 'aws:TagKeys': 'false' },
        }),
      ]
    : [];
