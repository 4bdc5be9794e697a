import { Aws } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { isVss } from '../../lambda/core/execution-message';
import { isOfAws } from '../../lambda/core/policy/execution-handler';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { scriptPlan } from '../../lambda/core/policy/script-plan';
import { VSS_HANDLER } from '../../lambda/core/vss/vss-documents';
import { allow, ec2Arn } from './statements';

/** The tag that DLM's role demands of a document, too. */
const SCRIPTS_ACCESS = { 'aws:ResourceTag/DLMScriptsAccess': 'true' };

interface DocumentArns {
  /** Of this account, by name: they must carry the tag. */
  readonly own: readonly string[];
  /** Given by ARN: of this account or shared by another. */
  readonly given: readonly string[];
  /** Owned by AWS, whose ARNs have no account. */
  readonly managed: readonly string[];
  /** AWS's, of VSS: sent, and never read, since they follow no contract. */
  readonly vss: readonly string[];
}

/** The documents that the policies name, as ARNs. */
export const documentArns = (policies: readonly Policy[]): DocumentArns => {
  const scripts = policies.flatMap((policy) => policy.Schedules).flatMap((schedule) => schedule.CreateRule.Scripts ?? []);
  const handlers = [...new Set(scripts.map((script) => script.ExecutionHandler))].filter((handler) => handler !== VSS_HANDLER).sort();
  const arn = (account: string, name: string) => `arn:${Aws.PARTITION}:ssm:${Aws.REGION}:${account}:document/${name}`;
  const isArn = (handler: string) => handler.startsWith('arn:');
  const users = handlers.filter((handler) => !isOfAws(handler));
  return {
    own: users.filter((handler) => !isArn(handler)).map((name) => arn(Aws.ACCOUNT_ID, name)),
    given: users.filter(isArn),
    managed: handlers.filter(isOfAws).map((handler) => (isArn(handler) ? handler : arn('', handler))),
    vss: vssDocuments(policies).map((name) => arn('', name)),
  };
};

/** Those of AWS's documents that the policies make sets with by VSS. */
const vssDocuments = (policies: readonly Policy[]): readonly string[] => {
  const plans = policies.flatMap((policy) => policy.Schedules.map((schedule) => scriptPlan(policy, [schedule])));
  return [...new Set(plans.flatMap((plan) => (isVss(plan) ? plan.document : [])))].sort();
};

/** `allow`, or nothing when no resource is left to allow it on. */
const allowSome = (...[actions, resources, conditions]: Parameters<typeof allow>): PolicyStatement[] =>
  resources.length === 0 ? [] : [allow(actions, resources, conditions)];

/**
 * Sending the documents that policies name, to any instance. No tag is demanded here, neither of the document nor of the instance: IAM can't tell
 * a post-script from a pre-script, and a thaw must not fail because somebody changed a tag during the freeze. See docs/design.md, Tags and the thaw.
 */
export const sendDocuments = (policies: readonly Policy[]): PolicyStatement[] => {
  const { own, given, managed, vss } = documentArns(policies);
  const named = [...own, ...given, ...managed, ...vss];
  return named.length === 0 ? [] : [allow(['ssm:SendCommand'], [...named, ec2Arn('instance')])];
};

/**
 * Reading the documents that policies name: the check of the contract, without which no pre-script is sent. Those of this account must carry the
 * tag, as under DLM. Tag conditions can't be relied on for another account's document, and AWS's own carry no tag of ours: those are allowed by
 * their names alone.
 */
export const readDocuments = (policies: readonly Policy[]): PolicyStatement[] => {
  const { own, given, managed } = documentArns(policies);
  return [
    ...allowSome(['ssm:DescribeDocument'], [...own, ...given, ...managed]),
    ...allowSome(['ssm:GetDocument'], [...own, ...given], { StringEquals: SCRIPTS_ACCESS }),
    ...allowSome(['ssm:GetDocument'], given, { StringNotEquals: { 'aws:ResourceAccount': Aws.ACCOUNT_ID } }),
    ...allowSome(['ssm:GetDocument'], managed),
  ];
};
