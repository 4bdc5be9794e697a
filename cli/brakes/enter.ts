import { BRAKES_TABLE } from '../../lambda/core/brakes/seen';
import type { BrakesArguments } from './arguments';

/** Before the clients are made: the region as the AWS CLI takes it, and no notice of Node's versions among what a person reads. */
const prepareEnvironment = (): void => {
  const region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'];
  if (region !== undefined) process.env['AWS_REGION'] = region;
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
};

/** What an error means to whoever typed the command. */
const explain = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'ResourceNotFoundException')
    return `There is no table ${BRAKES_TABLE}: is Stillpoint deployed in this account and region?`;
  if (error.message.includes('Region is missing')) return 'No region: set AWS_REGION, or a profile that has one.';
  return error.name === 'Error' ? error.message : `${error.name}: ${error.message}`;
};

/** Runs a command, prints, and returns the exit code. */
export const enterBrakes = async (run: Extract<BrakesArguments, { kind: 'run' }>): Promise<number> => {
  prepareEnvironment();
  const { runBrakes, UnknownPolicyError } = await import('./command'); // it makes the clients
  try {
    process.stdout.write(`${await runBrakes(run)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof UnknownPolicyError ? error.message : explain(error)}\n`);
    return error instanceof UnknownPolicyError ? 2 : 1;
  }
};
