import { Aws } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Schedule } from '../lambda/core/policy/policy-schema';
import { scheduleExpression } from '../lambda/core/policy/schedule';
import { RULE_PREFIX, ruleName } from './names';
import type { PolicyFile } from './read-policies';

/** EventBridge's limit of rules on a bus. */
const RULES_LIMIT = 300;
/** A nightly freeze must not come at noon: what can't be delivered at once is given up, and told by the queue of unplanned runs. */
const RETRY_POLICY = { maximumEventAgeInSeconds: 600, maximumRetryAttempts: 2 };

/** Props of {@link ScheduleRules}. */
export interface ScheduleRulesProps {
  readonly policies: readonly PolicyFile[];
  /** The target of every rule. */
  readonly planner: LambdaFunction;
  /** Receives what could not be delivered to the planner. */
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

/** A rule for each schedule of each policy. */
export class ScheduleRules extends Construct {
  constructor(scope: Construct, id: string, props: ScheduleRulesProps) {
    super(scope, id);
    for (const file of props.policies) for (const schedule of file.policy.Schedules) this.addRule(file, schedule, props);
    if (this.node.children.length > RULES_LIMIT) {
      throw new Error(`${this.node.children.length} schedules: an event bus has at most ${RULES_LIMIT} rules`);
    }
    this.permit(`arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${RULE_PREFIX}*`, props);
  }

  private addRule({ id, policy }: PolicyFile, schedule: Schedule, props: ScheduleRulesProps): void {
    const name = ruleName(id, schedule.Name);
    new CfnRule(this, name.slice(RULE_PREFIX.length), {
      name,
      description: `Stillpoint policy ${id}, schedule ${schedule.Name}`.slice(0, 512),
      scheduleExpression: scheduleExpression(schedule),
      state: policy.State ?? 'ENABLED',
      targets: [
        {
          id: 'planner',
          arn: props.planner.functionArn,
          // An input transformer: a constant input would replace the event, and its time with it.
          inputTransformer: { inputPathsMap: { time: '$.time' }, inputTemplate: inputTemplate(id, schedule.Name) },
          retryPolicy: RETRY_POLICY,
          deadLetterConfig: { arn: props.deadLetters.queueArn },
        },
      ],
    });
  }

  /**
   * One statement by prefix in the function's and the queue's policy. CDK's own rule target writes one a rule, and a function's policy
   * ends at 20 KB, about 50 rules. No source account: EventBridge's calls don't carry one.
   */
  private permit(sourceArn: string, { planner, deadLetters }: ScheduleRulesProps): void {
    const principal = new ServicePrincipal('events.amazonaws.com');
    planner.addPermission('Rules', { principal, sourceArn });
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
