import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, SQSEvent } from 'aws-lambda';
import { ec2Inventory } from '../aws/ec2-inventory';
import { publishEvents } from '../aws/event-bus';
import { logger } from '../aws/logger';
import { extendVisibility } from '../aws/message-visibility';
import { recordMetrics } from '../aws/metrics';
import { loadPolicies } from '../aws/policies';
import { sendAgain } from '../aws/sqs-lifecycle';
import { readEnvironment } from '../core/environment';
import { placeOf } from '../core/event/common';
import { type Request, readRequest } from '../core/lifecycle/request';
import { lifecycleEnvironmentSchema } from './environment';
import { findScopes } from './find-scopes';
import { lookAfter } from './look-after';
import type { Ports } from './ports';

const environment = readEnvironment(lifecycleEnvironmentSchema, process.env);
const policies = loadPolicies();
const log: Ports['log'] = (level, message, fields) => logger[level](message, { ...fields });

/** Until a message that failed comes again: while it is hidden, all others of its group wait behind it. */
const RETRY_SECONDS = 30;

/**
 * One invocation at a time looks after the sets: messages come from a FIFO queue with one group. Each only says where to look; what to do, EC2's
 * states and our tags say. A message that fails comes again, and a second look does nothing more.
 */
export const handler = async (event: SQSEvent, context: Context): Promise<void> => {
  const failures: string[] = [];
  const ports = portsFor(context, failures);
  try {
    const scopes = await findScopes(ports, readRequests(event));
    await lookAfter(ports, scopes);
  } catch (error) {
    ports.failed('not looked after', {}, error);
  }
  if (failures.length === 0) return;
  for (const { receiptHandle } of event.Records) await extendVisibility(environment.QUEUE_URL, receiptHandle)(RETRY_SECONDS);
  throw new Error(failures.join('; '));
};

/** What is not understood comes no more: the daily sweep looks at everything. */
const readRequests = ({ Records }: SQSEvent): readonly Request[] =>
  Records.flatMap(({ body }) => {
    const request = readRequest(body);
    if (request === undefined) logger.warn('not a request: left', { body });
    return request ?? [];
  });

const portsFor = (context: Context, failures: string[]): Ports => ({
  policies,
  place: placeOf(environment.POLICY_ARN_PREFIX),
  inventory: ec2Inventory,
  publish: publishEvents,
  recordMetrics,
  log,
  now: () => new Date(),
  sleep,
  remainingMs: () => context.getRemainingTimeInMillis(),
  again: (scope) => sendAgain(environment.QUEUE_URL, scope, context.awsRequestId),
  failed: (what, fields, error) => {
    log('error', what, { ...fields, error });
    failures.push(what);
  },
});
