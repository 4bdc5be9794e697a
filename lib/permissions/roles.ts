import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import type { ExecutionQueues } from '../execution-queues';
import { readDocuments, sendDocuments } from './documents';
import { useVolumeKeys } from './keys';
import { makeSnapshotSets } from './snapshots';
import { consumeMessages, describeEc2, putEvents, sendMessages, ssmWithoutResource, useTable } from './statements';

/** The planner looks at instances and agents, writes messages, and tells which targets a canary tag leaves out. What it could not plan goes to the queue of unplanned runs. */
export const plannerPermissions = (queues: ExecutionQueues): PolicyStatement[] => [
  describeEc2('DescribeInstances'),
  ssmWithoutResource('DescribeInstanceInformation'),
  sendMessages(queues.executions),
  sendMessages(queues.unplannedRuns),
  putEvents(),
];

/** The worker makes snapshot sets of the policies' targets, and sends the documents that the policies name. */
export const workerPermissions = (
  queues: ExecutionQueues,
  brakes: Table,
  policies: readonly Policy[],
  volumeKeys: readonly string[],
): PolicyStatement[] => [
  describeEc2('DescribeInstances', 'DescribeVolumes', 'DescribeSnapshots'),
  ...makeSnapshotSets(policies),
  ...useVolumeKeys(volumeKeys),
  ...sendDocuments(policies),
  ...readDocuments(policies),
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
