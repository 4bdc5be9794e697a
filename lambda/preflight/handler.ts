import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { dynamoDb } from '../aws/clients';
import { dynamoDbBrakes } from '../aws/dynamodb-brakes';
import { preflightEc2 } from '../aws/ec2-preflight';
import { publishEvents } from '../aws/event-bus';
import { logger } from '../aws/logger';
import { recordMetrics } from '../aws/metrics';
import { loadPolicies } from '../aws/policies';
import { ssmAgent } from '../aws/ssm-agent';
import { ssmCommands } from '../aws/ssm-commands';
import { ssmDocuments } from '../aws/ssm-documents';
import { readEnvironment } from '../core/environment';
import { placeOf } from '../core/event/common';
import { volumeKeysOf } from '../core/lifecycle/sharing/shareable';
import { type PreflightAnswer, parsePreflightRequest } from '../core/preflight/request';
import { preflightEnvironmentSchema } from './environment';
import type { PreflightPorts } from './ports';
import { preflightPolicy } from './preflight-policy';

const { POLICY_ARN_PREFIX, VOLUME_KEYS } = readEnvironment(preflightEnvironmentSchema, process.env);

const ports: Omit<PreflightPorts, 'remainingMs'> = {
  policies: loadPolicies(),
  volumeKeys: volumeKeysOf(VOLUME_KEYS),
  brakes: dynamoDbBrakes(dynamoDb),
  ec2: preflightEc2,
  agent: ssmAgent,
  documents: ssmDocuments,
  commands: ssmCommands,
  clock: { now: () => new Date(), sleep },
  publish: (events) => publishEvents(events),
  recordMetrics,
  log: (level, message, fields) => logger[level](message, { ...fields }),
};

/** Called by `npm run preflight`, with an answer, and by the rules of policies that schedule preflights. */
export const handler = (event: unknown, context: Context): Promise<PreflightAnswer> =>
  preflightPolicy(
    { ...ports, remainingMs: () => context.getRemainingTimeInMillis() },
    placeOf(POLICY_ARN_PREFIX),
    parsePreflightRequest(event),
  );
