import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { publishEvents } from '../aws/event-bus';
import { logger } from '../aws/logger';
import { sendExecutions } from '../aws/sqs-queue';
import { readEnvironment } from '../core/environment';
import { placeOf } from '../core/event/common';
import { possiblyFrozenEvent } from '../core/event/possibly-frozen-event';
import { type ExecutionMessage, executionMessageSchema } from '../core/execution-message';
import { attemptId, executionId, runId } from '../core/ids';
import { rescueEnvironmentSchema } from './environment';

const environment = readEnvironment(rescueEnvironmentSchema, process.env);

/**
 * Dead letters -> a thaw-only message into the instance's group, and an event for a person: several workers in a row did not
 * end this execution. A message that can't be read throws and so stays in the dead-letter queue.
 */
export const handler = async (event: SQSEvent): Promise<void> => {
  for (const record of event.Records) await rescue(record);
};

const rescue = async (record: SQSRecord): Promise<void> => {
  const message = executionMessageSchema.parse(JSON.parse(record.body));
  const id = executionId(runId(message.policyId, new Date(message.due)), message.instanceId);
  logger.resetKeys();
  logger.appendKeys({ executionId: id, instanceId: message.instanceId });
  if (!message.thawOnly) await sendExecutions(environment.QUEUE_URL, [{ ...message, thawOnly: true }]);
  await publishEvents([deadLetterEvent(id, message)]);
  logger.error('execution came to the dead letters', { thawSent: !message.thawOnly, attempt: message.attempt });
};

const deadLetterEvent = (id: string, message: ExecutionMessage) => {
  const context = {
    place: placeOf(environment.POLICY_ARN_PREFIX),
    policyId: message.policyId,
    instanceId: message.instanceId,
    executionId: id,
    executionHandler: message.script?.executionHandler ?? '',
    attemptUuid: attemptId(id, message.attempt),
  };
  return possiblyFrozenEvent(context, 'dead-letter', '');
};
