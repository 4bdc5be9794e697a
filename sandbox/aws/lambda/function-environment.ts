import { accessKeyOf, FUNCTION_SECRET } from './credentials';
import type { FunctionConfig } from './function-config';

/** The log stream of one process, which its session names. */
export const logStreamOf = (session: string): string => `sandbox/[$LATEST]${session}`;

/**
 * All that a function sees of the world. Nothing of the machine's own environment: no AWS settings, and a home folder
 * that does not exist, so that no credentials file is found.
 */
export const functionEnvironment = (config: FunctionConfig, region: string, endpoint: string, session: string): Record<string, string> => ({
  ...config.environment,
  PATH: '/usr/local/bin:/usr/bin:/bin',
  HOME: '/nonexistent',
  TZ: ':UTC',
  LANG: 'en_US.UTF-8',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: accessKeyOf(config.role),
  AWS_SECRET_ACCESS_KEY: FUNCTION_SECRET,
  AWS_SESSION_TOKEN: session,
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: config.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(config.memoryMiB),
  AWS_LAMBDA_LOG_GROUP_NAME: config.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: logStreamOf(session),
  AWS_LAMBDA_LOG_FORMAT: 'JSON',
  AWS_LAMBDA_LOG_LEVEL: 'INFO',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  LAMBDA_TASK_ROOT: config.codeFolder ?? '',
  _HANDLER: config.handler,
});
