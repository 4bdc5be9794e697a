import { BRAKES_TABLE } from '../../lambda/core/brakes/seen';
import { explainError, prepareEnvironment } from '../aws-environment';
import type { BrakesArguments } from './arguments';

/** Runs a command, prints, and returns the exit code. */
export const enterBrakes = async (run: Extract<BrakesArguments, { kind: 'run' }>): Promise<number> => {
  prepareEnvironment();
  const { runBrakes, UnknownPolicyError } = await import('./command'); // it makes the clients
  try {
    process.stdout.write(`${await runBrakes(run)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof UnknownPolicyError ? error.message : explainError(error, `table ${BRAKES_TABLE}`)}\n`);
    return error instanceof UnknownPolicyError ? 2 : 1;
  }
};
