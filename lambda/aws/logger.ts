import { Logger } from '@aws-lambda-powertools/logger';

/** Structured log lines, JSON. Handlers append `executionId` and `instanceId`, so that each line carries them. */
export const logger = new Logger({ serviceName: 'stillpoint' });
