import { Aws } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { type Conditions, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { EVENT_SOURCE } from '../../lambda/core/event/common';

/**
 * What the service authorization reference says of each call is the measure here, so statements are written by hand: CDK's grants add
 * actions that are not needed.
 */
export const allow = (actions: readonly string[], resources: readonly string[], conditions: Conditions = {}): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...resources], conditions });

const IN_THIS_REGION = { 'aws:RequestedRegion': Aws.REGION };

/** EC2's own key for the region, which every EC2 action takes. */
export const EC2_REGION = { 'ec2:Region': Aws.REGION };

/** ARN of an EC2 resource. A snapshot's has no account, the others' have. */
export const ec2Arn = (resource: 'instance' | 'volume' | 'snapshot'): string =>
  `arn:${Aws.PARTITION}:ec2:${Aws.REGION}:${resource === 'snapshot' ? '' : Aws.ACCOUNT_ID}:${resource}/*`;

/** EC2's Describe actions take no resource: the region is all that can be held. */
export const describeEc2 = (...actions: readonly string[]): PolicyStatement =>
  allow(
    actions.map((action) => `ec2:${action}`),
    ['*'],
    { StringEquals: EC2_REGION },
  );

/** SSM actions that take no resource: the region is all that can be held. */
export const ssmWithoutResource = (...actions: readonly string[]): PolicyStatement =>
  allow(
    actions.map((action) => `ssm:${action}`),
    ['*'],
    { StringEquals: IN_THIS_REGION },
  );

export const sendMessages = (queue: IQueue): PolicyStatement => allow(['sqs:SendMessage'], [queue.queueArn]);

export const countMessages = (...queues: readonly IQueue[]): PolicyStatement =>
  allow(
    ['sqs:GetQueueAttributes'],
    queues.map((queue) => queue.queueArn),
  );

/** What the event source mapping's poller does with the function's role, and what else the function itself does to its messages. */
export const consumeMessages = (queue: IQueue, ...more: readonly string[]): PolicyStatement =>
  allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...more], [queue.queueArn]);

/** Calls on the table of brakes itself; it has no index. */
export const useTable = (table: Table, ...actions: readonly string[]): PolicyStatement =>
  allow(
    actions.map((action) => `dynamodb:${action}`),
    [table.tableArn],
  );

/** Events under Stillpoint's own source only. The key has a value for each entry of a call, and ForAllValues passes when it is absent. */
export const putEvents = (): PolicyStatement =>
  allow(['events:PutEvents'], [`arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}:event-bus/default`], {
    'ForAllValues:StringEquals': { 'events:source': EVENT_SOURCE },
    Null: { 'events:source': 'false' },
  });
