import { Aws } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { scheduleExpression } from '../lambda/core/policy/schedule';
import { PREFLIGHT_SCHEDULE } from '../lambda/core/preflight/request';
import { RULE_PREFIX, ruleName } from './names';
import type { PolicyFile } from './read-policies';

/** EventBridge's limit of rules on a bus. */
const RULES_LIMIT = 300;
/** A nightly freeze must not come at noon: what can't be delivered at once is given up, and told by the queue of unplanned runs. */
const RETRY_POLICY = { maximumEventAgeInSeconds: 600, maximumRetryAttempts: 2 };

/** Props of {@link ScheduleRules}. */
export interface ScheduleRulesProps {
  readonly policies: readonly PolicyFile[];
  /** The target of every schedule's rule. */
  readonly planner: LambdaFunction;
  /** The target of the rules of preflights. */
  readonly preflight: LambdaFunction;
  /** Receives what could not be delivered to either. */
  readonly deadLetters: Queue;
}

/**
 * What the planner receives. Only `time` is the event's, and it keeps its place outside of quotes, which EventBridge adds. `<` begins a
 * variable in a template, so a name's own is escaped.
 */
export const inputTemplate = (policyId: string, schedule: string): string => {
  const text = (value: string) => JSON.stringify(value).replaceAll('<', '\\u003c');
  return `{"policyId":${text(policyId)},"schedule":${text(schedule)},"time":<time>}`;
};

interface RuleOf {
  readonly policyId: string;
  readonly schedule: string;
  readonly expression: string;
  readonly state: string;
  readonly target: LambdaFunction;
}

const rulesOf = ({ id, policy }: PolicyFile, { planner, preflight }: ScheduleRulesProps): readonly RuleOf[] => {
  const common = { policyId: id, state: policy.State ?? 'ENABLED' };
  const preflights = policy.Stillpoint?.Preflight?.CronExpression;
  return [
    ...policy.Schedules.map((schedule) => ({
      ...common,
      ...{ schedule: schedule.Name, expression: scheduleExpression(schedule), target: planner },
    })),
    ...(preflights === undefined ? [] : [{ ...common, schedule: PREFLIGHT_SCHEDULE, expression: preflights, target: preflight }]),
  ];
};

/** A rule for each schedule of each policy, and one for its preflights where it has them scheduled. */
export class ScheduleRules extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleRulesProps) {
    super(scope, id);
    for (const rule of props.policies.flatMap((file) => rulesOf(file, props))) this.addRule(rule, props.deadLetters);
    if (this.node.children.length > RULES_LIMIT) {
      throw new Error(`${this.node.children.length} schedules: an event bus has at most ${RULES_LIMIT} rules`);
    }
    this.permit(`arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${RULE_PREFIX}*`, props);
  }

  private addRule({ policyId, schedule, expression, state, target }: RuleOf, deadLetters: Queue): void {
    const name = ruleName(policyId, schedule);
    new CfnRule(this, name.slice(RULE_PREFIX.length), {
      name,
      description: `Stillpoint policy ${policyId}, schedule ${schedule}`.slice(0, 512),
      scheduleExpression: expression,
      state,
      targets: [
        {
          id: 'planner',
          arn: target.functionArn,
          // An input transformer: a constant input would replace the event, and its time with it.
          inputTransformer: { inputPathsMap: { time: '$.time' }, inputTemplate: inputTemplate(policyId, schedule) },
          retryPolicy: RETRY_POLICY,
          deadLetterConfig: { arn: deadLetters.queueArn },
        },
      ],
    });
  }

  /**
   * One statement by prefix in the function's and the queue's policy. CDK's own rule target writes one a rule, and a function's policy
   * ends at 20 KB, about 50 rules. No source account: EventBridge's calls don't carry one.
   */
  private permit(sourceArn: string, { planner, preflight, deadLetters }: ScheduleRulesProps): void {
    const principal = new ServicePrincipal('events.amazonaws.com');
    for (const target of [planner, preflight]) target.addPermission('Rules', { principal, sourceArn });
    deadLetters.addToResourcePolicy(
      new PolicyStatement({
        principals: [principal],
        actions: ['sqs:SendMessage'],
        resources: [deadLetters.queueArn],
        conditions: { ArnLike: { 'aws:SourceArn': sourceArn } },
      }),
    );
  }
}
