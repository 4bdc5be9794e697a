import { PREFLIGHT_FUNCTION } from '../../lambda/core/preflight/request';
import { explainError, prepareEnvironment } from '../aws-environment';
import type { PreflightRun } from './arguments';

/** Progress is drawn over itself, on a terminal alone. */
const progressOn = (stream: NodeJS.WriteStream) => ({
  show: (text: string): void => void (stream.isTTY && stream.write(`\r\u001b[K${text}`)),
  end: (): void => void (stream.isTTY && stream.write('\r\u001b[K')),
});

/** Runs a preflight, prints, and returns the exit code. */
export const enterPreflight = async (run: PreflightRun): Promise<number> => {
  prepareEnvironment();
  const { runPreflight, UnknownPolicyError } = await import('./command'); // it makes the client
  const { show, end } = progressOn(process.stderr);
  const print = (text: string): void => {
    end();
    process.stdout.write(`${text}\n`);
  };
  try {
    return await runPreflight(run, { print, progress: show });
  } catch (error) {
    end();
    process.stderr.write(
      `${error instanceof UnknownPolicyError ? error.message : explainError(error, `function ${PREFLIGHT_FUNCTION}`)}\n`,
    );
    return error instanceof UnknownPolicyError ? 2 : 1;
  }
};
