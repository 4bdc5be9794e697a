import { setTimeout as sleep } from 'node:timers/promises';
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { dynamoDb } from '../aws/clients';
import { dynamoDbBrakes } from '../aws/dynamodb-brakes';
import { ec2Instances } from '../aws/ec2-observation';
import { ec2SnapshotSets } from '../aws/ec2-snapshot-sets';
import { missingRight } from '../aws/errors';
import { publishEvents } from '../aws/event-bus';
import { logger } from '../aws/logger';
import { extendVisibility } from '../aws/message-visibility';
import { recordMetrics } from '../aws/metrics';
import { loadPolicies } from '../aws/policies';
import { sendExecutions } from '../aws/sqs-queue';
import { ssmCommands } from '../aws/ssm-commands';
import { ssmDocuments } from '../aws/ssm-documents';
import { noteMissingRight } from '../brakes/note-policy-state';
import { brakeSettings } from '../core/brakes/brake-settings';
import { continuationOf } from '../core/deduplication-id';
import { readEnvironment } from '../core/environment';
import type { ExecutionMessage } from '../core/execution-message';
import { volumeKeysOf } from '../core/lifecycle/sharing/shareable';
import { readMessage } from '../core/read-message';
import { workerEnvironmentSchema } from './environment';
import { type Execution, executionOf } from './execution';
import { MessageLease } from './message-lease';
import type { Clock, Ports } from './ports';
import { runExecution } from './run-execution';

const environment = readEnvironment(workerEnvironmentSchema, process.env);
const policies = loadPolicies();
const log: Ports['log'] = (level, message, fields) => logger[level](message, { ...fields });
const clock: Clock = { now: () => new Date(), sleep };

/** SQS -> one execution (the event source mapping's batch size is 1). A message is deleted when this returns, else it comes again. */
export const handler = async (event: SQSEvent, context: Context): Promise<void> => {
  for (const record of event.Records) await handle(record, context);
};

const handle = async (record: SQSRecord, context: Context): Promise<void> => {
  logger.resetKeys();
  const lease = new MessageLease(extendVisibility(environment.QUEUE_URL, record.receiptHandle), clock, log);
  await lease.beat();
  lease.start();
  try {
    const message = readMessage(record.body);
    if (message === undefined) throw new Error('not an execution'); // the dead letters keep what nobody understands
    const execution = executionOf(message, environment.POLICY_ARN_PREFIX, clock.now());
    const { id: executionId, instanceId, policyId } = execution;
    logger.appendKeys({ executionId, instanceId, policyId, requestId: context.awsRequestId });
    const { attempt, instanceState, agent } = message;
    logger.info('execution received', { receives: record.attributes.ApproximateReceiveCount, attempt, planned: { instanceState, agent } });
    const ports = portsFor(message, lease, context);
    const ending = await runExecution(ports, execution).catch((error: unknown) => refused(ports, execution, error));
    logger.info('message done', { ending });
  } catch (error) {
    logger.error('interrupted: the message comes again', { error }); // the runtime's own line names no execution
    throw error;
  } finally {
    lease.stop();
  }
};

/** An execution that AWS interrupted: for missing rights it tells so of its policy, and its message comes again in any case. */
const refused = async (ports: Ports, { place, policyId, id: by, due }: Execution, error: unknown): Promise<never> => {
  await noteMissingRight({ ...ports, table: ports.brakes.table, place }, policyId, 'call', {
    cause: missingRight(error),
    by,
    due,
    at: clock.now(),
  });
  throw error;
};

const portsFor = (message: ExecutionMessage, lease: MessageLease, context: Context): Ports => ({
  commands: ssmCommands,
  documents: ssmDocuments,
  sets: ec2SnapshotSets,
  instances: ec2Instances,
  lease,
  clock,
  recordMetrics,
  log,
  publish: publishEvents,
  continueWith: (attempt, held) => sendExecutions(environment.QUEUE_URL, [continuationOf(message, attempt, held)]),
  remainingMs: () => context.getRemainingTimeInMillis(),
  volumeKeys: volumeKeysOf(environment.VOLUME_KEYS),
  policy: (policyId) => policies.get(policyId),
  brakes: {
    table: dynamoDbBrakes(dynamoDb),
    rights: environment.RIGHTS,
    settings: (policyId) => brakeSettings(policyId, policies.get(policyId), Number(environment.MAXIMUM_FREEZES)),
  },
});
