import type { Sandbox } from '../ports';
import type { Interruption } from './interruption';

/** Runs something with a started sandbox, and stops the sandbox whatever happens: an error, a signal (also while it starts), or the end. */
export const withSandbox = async <T>(sandbox: Sandbox, interruption: Interruption, use: () => Promise<T>): Promise<T> => {
  try {
    await interruption.race(sandbox.start());
    return await interruption.race(use());
  } finally {
    await sandbox.stop();
  }
};
