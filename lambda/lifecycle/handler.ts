import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ec2Copies } from '../aws/ec2-copies';
import { ec2Deletion } from '../aws/ec2-deletion';
import { ec2FastRestores } from '../aws/ec2-fast-restores';
import { findInstancesOf } from '../aws/ec2-instances';
import { ec2Inventory } from '../aws/ec2-inventory';
import { ec2VolumePermissions } from '../aws/ec2-volume-permissions';
import { publishEvents } from '../aws/event-bus';
import { logger } from '../aws/logger';
import { extendVisibility } from '../aws/message-visibility';
import { recordMetrics } from '../aws/metrics';
import { loadPolicies } from '../aws/policies';
import { sendAgain } from '../aws/sqs-lifecycle';
import { readEnvironment } from '../core/environment';
import { placeOf } from '../core/event/common';
import { readRequest } from '../core/lifecycle/request';
import { volumeKeysOf } from '../core/lifecycle/sharing/shareable';
import { lifecycleEnvironmentSchema } from './environment';
import { type Asked, findScopes } from './find-scopes';
import { lookAfter } from './look-after';
import { createPace } from './pace';
import type { Ports } from './ports';

const environment = readEnvironment(lifecycleEnvironmentSchema, process.env);
const policies = loadPolicies();
const log: Ports['log'] = (level, message, fields) => logger[level](message, { ...fields });

/** Until a message that failed comes again: while it is hidden, all others of its group wait behind it. */
const RETRY_SECONDS = 30;

/** One process serves many invocations, and one after the other. */
const pace = createPace(Date.now, sleep);

/**
 * One invocation at a time looks after the sets: messages come from a FIFO queue with one group. Each only says where to look; what to do, EC2's
 * states and our tags say. A message that fails comes again, and a second look does nothing more.
 */
export const handler = async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const failed = await failuresOf(Records, portsFor(context));
  for (const { messageId, receiptHandle } of Records)
    if (failed.includes(messageId)) await extendVisibility(environment.QUEUE_URL, receiptHandle)(RETRY_SECONDS);
  return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
};

/** The messages that failed: all of them, where not even their sets could be found. */
const failuresOf = async (records: readonly SQSRecord[], ports: Ports): Promise<readonly string[]> => {
  try {
    return await lookAfter(ports, await findScopes(ports, records.flatMap(readRecord)));
  } catch (error) {
    ports.failed('nothing looked after', {}, error);
    return records.map(({ messageId }) => messageId);
  }
};

/** What is not understood comes no more: the daily sweep looks at everything. */
const readRecord = ({ body, messageId }: SQSRecord): readonly Asked[] => {
  const request = readRequest(body);
  if (request !== undefined) return [{ request, messageId }];
  logger.warn('not a request: left', { body });
  return [];
};

const portsFor = (context: Context): Ports => ({
  policies,
  place: placeOf(environment.POLICY_ARN_PREFIX),
  inventory: ec2Inventory,
  copies: ec2Copies(placeOf(environment.POLICY_ARN_PREFIX).region),
  permissions: ec2VolumePermissions,
  fastRestores: ec2FastRestores,
  volumeKeys: volumeKeysOf(environment.VOLUME_KEYS),
  deletion: { ...ec2Deletion, pace },
  findInstances: findInstancesOf,
  publish: publishEvents,
  recordMetrics,
  log,
  now: () => new Date(),
  sleep,
  remainingMs: () => context.getRemainingTimeInMillis(),
  again: (scope) => sendAgain(environment.QUEUE_URL, scope, context.awsRequestId),
  failed: (what, fields, error) => log('error', what, { ...fields, error }),
});
