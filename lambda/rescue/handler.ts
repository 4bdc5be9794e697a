import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { dynamoDb } from '../aws/clients';
import { dynamoDbBrakes } from '../aws/dynamodb-brakes';
import { publishEvents } from '../aws/event-bus';
import { logger } from '../aws/logger';
import { recordMetrics } from '../aws/metrics';
import { loadPolicies } from '../aws/policies';
import { sendExecutions } from '../aws/sqs-queue';
import { countIncident } from '../brakes/count-incident';
import { brakeSettings } from '../core/brakes/brake-settings';
import { readEnvironment } from '../core/environment';
import { placeOf } from '../core/event/common';
import { possiblyFrozenEvent } from '../core/event/possibly-frozen-event';
import { type ExecutionMessage, isVss, type ScriptPlan } from '../core/execution-message';
import { attemptId, executionId, runId } from '../core/ids';
import { readMessage } from '../core/read-message';
import { rescueEnvironmentSchema } from './environment';

const environment = readEnvironment(rescueEnvironmentSchema, process.env);
const policies = loadPolicies();
const brakes = dynamoDbBrakes(dynamoDb);

/**
 * Dead letters -> a thaw-only message into the instance's group, and an event for a person: several workers in a row did not
 * end this execution.
 */
export const handler = async (event: SQSEvent): Promise<void> => {
  for (const record of event.Records) await rescue(record);
};

const rescue = async (record: SQSRecord): Promise<void> => {
  const message = readMessage(record.body);
  if (message === undefined) {
    // Kept, it would block its group of the dead-letter queue for days: this line is all that is left of it.
    logger.error('not an execution: dropped', { body: record.body });
    return;
  }
  await rescueExecution(message);
};

const rescueExecution = async (message: ExecutionMessage): Promise<void> => {
  const id = executionId(runId(message.policyId, new Date(message.due)), message.instanceId);
  logger.resetKeys();
  logger.appendKeys({ executionId: id, instanceId: message.instanceId, policyId: message.policyId });
  if (!message.thawOnly) await sendExecutions(environment.QUEUE_URL, [{ ...message, thawOnly: true }]);
  const { script } = message;
  if (script !== undefined && !isVss(script) && script.stages.includes('post')) {
    await publishEvents([deadLetterEvent(id, message, script)]);
    await count(id, message.policyId);
    recordMetrics(message.policyId, { PossiblyFrozen: 1 });
  }
  logger.error('execution came to the dead letters', { thawSent: !message.thawOnly, attempt: message.attempt });
};

/** Possibly Frozen was told: an incident of the policy. Where it can't be counted, the event stands for itself. */
const count = async (id: string, policyId: string): Promise<void> => {
  const { pauseAfter } = brakeSettings(policyId, policies.get(policyId), 0);
  try {
    const incident = { place: placeOf(environment.POLICY_ARN_PREFIX), policyId, executionId: id };
    const paused = await countIncident(brakes, incident, pauseAfter, new Date());
    if (paused !== undefined) await publishEvents([paused]);
  } catch (error) {
    logger.warn('the incident was not counted', { error });
  }
};

/** Which attempt the workers had come to is not known here: the event names the command of each. */
const deadLetterEvent = (id: string, message: ExecutionMessage, script: ScriptPlan) => {
  const attempts = Array.from({ length: script.maximumRetryCount + 1 }, (_, index) => index + 1);
  const context = {
    place: placeOf(environment.POLICY_ARN_PREFIX),
    policyId: message.policyId,
    instanceId: message.instanceId,
    executionId: id,
    executionHandler: script.executionHandler,
    attemptUuids: attempts.map((attempt) => attemptId(id, attempt)),
  };
  return possiblyFrozenEvent(context, 'dead-letter', '');
};
