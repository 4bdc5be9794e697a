import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  PREFLIGHT_FUNCTION,
  type PreflightAnswer,
  type PreflightRequest,
  preflightAnswerSchema,
} from '../../lambda/core/preflight/request';

/** Asks the deployed function. Longer than its own longest look at a target. */
const client = new LambdaClient({
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 5_000, requestTimeout: 150_000, throwOnRequestTimeout: true },
});

/** The function answered that it failed: a bug, or AWS out of reach from there. */
export class PreflightFailedError extends Error {}

/** Ask the function; throws what AWS answers where it can't be asked. */
export const askFunction = async (request: PreflightRequest): Promise<PreflightAnswer> => {
  const command = new InvokeCommand({ FunctionName: PREFLIGHT_FUNCTION, Payload: JSON.stringify(request) });
  const { FunctionError, Payload } = await client.send(command);
  const text = Payload === undefined ? '' : new TextDecoder().decode(Payload);
  if (FunctionError !== undefined) throw new PreflightFailedError(`function ${PREFLIGHT_FUNCTION} failed: ${text}`);
  return preflightAnswerSchema.parse(JSON.parse(text));
};
