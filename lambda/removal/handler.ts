import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { dynamoDb } from '../aws/clients';
import { putAnswer } from '../aws/cloudformation-answer';
import { dynamoDbBrakes } from '../aws/dynamodb-brakes';
import { publishEvents } from '../aws/event-bus';
import { logger } from '../aws/logger';
import { ownSnapshots } from '../aws/own-snapshots';
import { messagesIn } from '../aws/queue-counts';
import { readEnvironment } from '../core/environment';
import { placeOf } from '../core/event/common';
import { answerTo, type RemovalRequest, type RemovalResult, removalRequestSchema } from '../core/removal/request';
import { removalEnvironmentSchema } from './environment';
import type { RemovalPorts } from './ports';
import { removeRights } from './remove-rights';
import { removeStack } from './remove-stack';

const environment = readEnvironment(removalEnvironmentSchema, process.env);

/** CloudFormation's half of our custom resources: only their deletion means anything. */
export const handler = async (event: unknown, context: Context): Promise<void> => {
  const request = removalRequestSchema.parse(event);
  await putAnswer(request.ResponseURL, answerTo(request, await resultOf(request, context)));
};

/** CloudFormation must hear of a failure, too: without an answer it waits until its own time is over. */
const resultOf = async (request: RemovalRequest, context: Context): Promise<RemovalResult> => {
  if (request.RequestType !== 'Delete') return { ok: true };
  const { Rights } = request.ResourceProperties;
  try {
    if (Rights === undefined) return await removeStack(portsFor(context));
    await removeRights(portsFor(context), Rights);
    return { ok: true };
  } catch (error) {
    logger.error('not removed', { error });
    return { ok: false, reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
};

const portsFor = (context: Context): RemovalPorts => ({
  place: placeOf(environment.POLICY_ARN_PREFIX),
  table: dynamoDbBrakes(dynamoDb),
  messages: async () => (await Promise.all([environment.QUEUE_URL, environment.DEAD_QUEUE_URL].map(messagesIn))).reduce((a, b) => a + b, 0),
  snapshots: ownSnapshots,
  publish: publishEvents,
  log: (level, message, fields) => logger[level](message, { ...fields }),
  clock: { now: () => new Date(), sleep: (ms) => sleep(ms) },
  remainingMs: () => context.getRemainingTimeInMillis(),
  quietMs: Number(environment.QUIET_SECONDS) * 1_000,
});
