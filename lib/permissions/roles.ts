import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import type { ExecutionQueues } from '../execution-queues';
import { readDocuments, sendDocuments } from './documents';
import { useVolumeKeys } from './keys';
import { makeSnapshotSets, ofTargets, usersTagsLater } from './snapshots';
import { consumeMessages, countMessages, describeEc2, putEvents, sendMessages, ssmWithoutResource, useTable } from './statements';
import { tagVssSets } from './vss';

/**
 * The planner looks at instances and agents, writes messages, and tells which targets a canary tag leaves out. What it could not plan goes to the queue
 * of unplanned runs, and into its policy's state.
 */
export const plannerPermissions = (queues: ExecutionQueues, brakes: Table): PolicyStatement[] => [
  useTable(brakes, 'GetItem', 'PutItem'),
  describeEc2('DescribeInstances'),
  ssmWithoutResource('DescribeInstanceInformation'),
  sendMessages(queues.executions),
  sendMessages(queues.unplannedRuns),
  putEvents(),
];

/** What of the worker's rights comes from the policies: snapshot sets of their targets, and the documents that they name. */
export const policyPermissions = (policies: readonly Policy[], volumeKeys: readonly string[]) => ({
  Targets: [...ofTargets(policies), ...usersTagsLater(policies), ...useVolumeKeys(volumeKeys), ...tagVssSets(policies)],
  Documents: [...sendDocuments(policies), ...readDocuments(policies)],
});

/** All else that the worker does. */
export const workerPermissions = (queues: ExecutionQueues, brakes: Table): PolicyStatement[] => [
  describeEc2('DescribeInstances', 'DescribeVolumes', 'DescribeSnapshots'),
  ...makeSnapshotSets(),
  // CancelCommand takes no resource: the worker could cancel any command of the account in this region.
  ssmWithoutResource('GetCommandInvocation', 'ListCommandInvocations', 'ListCommands', 'CancelCommand', 'DescribeInstanceInformation'),
  useTable(brakes, 'GetItem', 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'),
  putEvents(),
  consumeMessages(queues.executions, 'sqs:ChangeMessageVisibility', 'sqs:SendMessage'),
];

/** The rescue function reports dead executions, counts them as incidents and puts a thaw-only message in their place. */
export const rescuePermissions = (queues: ExecutionQueues, brakes: Table): PolicyStatement[] => [
  useTable(brakes, 'UpdateItem'),
  consumeMessages(queues.deadExecutions),
  sendMessages(queues.executions),
  putEvents(),
];

/** The sweep looks at instances and snapshots, nothing else. */
export const sweepPermissions = (): PolicyStatement[] => [describeEc2('DescribeInstances', 'DescribeSnapshots')];

/** The removal function sets the stop switch, looks what is under way and what stays, and tells. */
export const removalPermissions = (queues: ExecutionQueues, brakes: Table): PolicyStatement[] => [
  useTable(brakes, 'GetItem', 'PutItem', 'Query'),
  countMessages(queues.executions, queues.deadExecutions),
  describeEc2('DescribeSnapshots'),
  putEvents(),
];
