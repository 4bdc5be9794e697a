import { ScenarioError } from '../scenario/problem';
import type { Arguments } from './arguments';
import { Interrupted, type Interruption, watchSignals } from './interruption';
import type { MachineMode } from './machine';
import { type Terminal, terminalOf, writeLine } from './terminal';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  readonly machine: MachineMode;
  /** Milliseconds since the start. */
  readonly elapsed: () => number;
}

type Run = Extract<Arguments, { kind: 'run' }>;

/** A command's life from its arguments to its exit code, which is returned: 2 for what the user got wrong, 130 and the like after a signal. */
export const runCommand = async (
  run: Run,
  machine: MachineMode,
  act: (run: Run, context: CommandContext) => Promise<number>,
): Promise<number> => {
  const terminal = terminalOf(process.stdout, process.env);
  const began = performance.now();
  const interruption = watchSignals((_signal, first) => {
    process.stderr.write(first ? '\nStopping: thawing, unmounting and ending everything...\n' : 'Still cleaning up.\n');
  });
  // A reader that went away (`npm start | head`) must not keep the run from cleaning up.
  process.stdout.on('error', () => undefined);
  try {
    return await act(run, { terminal, interruption, machine, elapsed: () => performance.now() - began });
  } catch (error) {
    return tell(error, terminal);
  }
};

const tell = (error: unknown, terminal: Terminal): number => {
  if (error instanceof Interrupted) {
    writeLine(terminal, 'Stopped; the machine is as it was.');
    return error.exitCode;
  }
  if (error instanceof ScenarioError) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return 1;
};
