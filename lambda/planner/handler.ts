import { dynamoDb } from '../aws/clients';
import { dynamoDbBrakes } from '../aws/dynamodb-brakes';
import { findInstances } from '../aws/ec2-instances';
import { missingRight } from '../aws/errors';
import { publishEvents } from '../aws/event-bus';
import { logger } from '../aws/logger';
import { recordMetrics } from '../aws/metrics';
import { loadPolicies } from '../aws/policies';
import { sendExecutions } from '../aws/sqs-queue';
import { agentStates } from '../aws/ssm-inventory';
import { readEnvironment } from '../core/environment';
import { placeOf } from '../core/event/common';
import { plannerEnvironmentSchema } from './environment';
import { type PlannerPorts, planExecutions } from './plan-executions';

const { QUEUE_URL, POLICY_ARN_PREFIX } = readEnvironment(plannerEnvironmentSchema, process.env);

const ports: PlannerPorts = {
  policies: loadPolicies(),
  place: placeOf(POLICY_ARN_PREFIX),
  findInstances: (tag) => findInstances(tag),
  agentStates: (instanceIds) => agentStates(instanceIds),
  sendExecutions: (messages) => sendExecutions(QUEUE_URL, messages),
  publish: (events) => publishEvents(events),
  recordMetrics,
  table: dynamoDbBrakes(dynamoDb),
  missingRight,
  log: (level, message, fields) => logger[level](message, { ...fields }),
  now: () => new Date(),
};

/** Called by the schedules' rules, asynchronously: an error is tried again, then kept in the queue of unplanned runs. */
export const handler = (event: unknown): Promise<void> => planExecutions(event, ports);
