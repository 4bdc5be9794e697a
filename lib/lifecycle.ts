import { Aws, Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { EVENT_SOURCE } from '../lambda/core/event/common';
import { EXECUTION_DETAIL_TYPE } from '../lambda/core/event/execution-event';
import { isFollowed } from '../lambda/core/lifecycle/is-followed';
import { COMPLETION_STATUS, LIFECYCLE_GROUP, type Request } from '../lambda/core/lifecycle/request';
import type { Policy } from '../lambda/core/policy/policy-schema';
import type { LifecycleEnvironment } from '../lambda/lifecycle/environment';
import type { FunctionBundle } from './bundle/function-code';
import { COMMON_QUEUE } from './execution-queues';
import { LIFECYCLE_RULES, policyArnPrefix } from './names';
import { lifecyclePermissions } from './permissions/lifecycle';
import { ServiceFunction } from './service-function';
import { volumeKeysVariable } from './volume-keys';

/** Lambda's longest invocation, and so the least visibility that its event source mapping takes. */
const TIMEOUT = Duration.minutes(15);

/** The input of a scheduled rule. The time makes each one another message to the queue, which takes the same text once in 5 minutes. */
const lookAtAll = (trigger: 'sweep' | 'follow') => {
  const request: Request = { kind: 'all', trigger };
  return { inputPathsMap: { time: '$.time' }, inputTemplate: `${JSON.stringify(request).slice(0, -1)},"time":<time>}` };
};

/** Props of {@link Lifecycle}. */
export interface LifecycleProps {
  readonly bundle: FunctionBundle;
  /** The policies: what they ask for after a set's completion is all that the function may do. */
  readonly policies: readonly Policy[];
  /** ARNs of the customer managed keys of the targets' volumes. */
  readonly volumeKeys: readonly string[];
  readonly logRetention: RetentionDays;
}

/** Looks after the sets once they are made: what became of them, and how long they stay. */
export class Lifecycle extends Construct {
  readonly logGroup: ILogGroup;
  /** Messages that failed three times. Nobody takes them: the daily sweep looks at everything anyway. */
  readonly deadLetters: Queue;
  private readonly queue: Queue;

  constructor(scope: Construct, id: string, { bundle, policies, volumeKeys, logRetention }: LifecycleProps) {
    super(scope, id);
    // EventBridge names no deduplication id, so that a FIFO queue which is a rule's target must take the content for it.
    const fifo = { ...COMMON_QUEUE, fifo: true, contentBasedDeduplication: true };
    this.deadLetters = new Queue(this, 'DeadLetters', fifo);
    this.queue = new Queue(this, 'Queue', {
      ...fifo,
      visibilityTimeout: TIMEOUT,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 3 },
    });
    const service = new ServiceFunction<LifecycleEnvironment>(this, 'Service', {
      description: 'looks after snapshot sets once they are made',
      bundle,
      environment: {
        QUEUE_URL: this.queue.queueUrl,
        POLICY_ARN_PREFIX: policyArnPrefix(),
        VOLUME_KEYS: volumeKeysVariable(policies, volumeKeys),
      },
      permissions: lifecyclePermissions(this.queue, policies, volumeKeys),
      timeout: TIMEOUT,
      memorySize: 512,
      logRetention,
    });
    this.logGroup = service.logGroup;
    service.function.addEventSourceMapping('Queue', { eventSourceArn: this.queue.queueArn, batchSize: 10, reportBatchItemFailures: true });
    this.permitRules();
    this.addRule('completed', { eventPattern: { source: ['aws.ec2'], 'detail-type': [COMPLETION_STATUS] } });
    this.addRule('closed', { eventPattern: { source: [EVENT_SOURCE], 'detail-type': [EXECUTION_DETAIL_TYPE] } });
    // Away from the hour, when most schedules are due.
    this.addRule('sweep', { scheduleExpression: 'cron(45 4 * * ? *)' }, lookAtAll('sweep'));
    if (policies.some(isFollowed)) this.addRule('follow', { scheduleExpression: 'cron(7/15 * * * ? *)' }, lookAtAll('follow'));
  }

  /** No dead letters: what EventBridge can't deliver, the daily sweep finds. */
  private addRule(
    name: string,
    when: { readonly eventPattern: object } | { readonly scheduleExpression: string },
    inputTransformer?: CfnRule.InputTransformerProperty,
  ): void {
    const target = { id: 'lifecycle', arn: this.queue.queueArn, sqsParameters: { messageGroupId: LIFECYCLE_GROUP } };
    new CfnRule(this, name, {
      name: `${LIFECYCLE_RULES}${name}`,
      description: 'Stillpoint: what the lifecycle function looks at',
      ...when,
      targets: [{ ...target, ...(inputTransformer === undefined ? {} : { inputTransformer }) }],
    });
  }

  private permitRules(): void {
    this.queue.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: {
          ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:rule/${LIFECYCLE_RULES}*` },
        },
      }),
    );
  }
}
