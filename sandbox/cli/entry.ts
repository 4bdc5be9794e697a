import type { Arguments } from './arguments';

interface Entry {
  readonly command: string;
  readonly parsed: Arguments;
  readonly help: string;
  /** Loads and runs the command in a mount namespace of its own. */
  readonly run: (run: Extract<Arguments, { kind: 'run' }>) => Promise<number>;
}

/** What both commands do first: help and wrong arguments need nothing else, so they are quick on every machine. */
export const enter = async ({ command, parsed, help, run }: Entry): Promise<number> => {
  if (parsed.kind === 'help') {
    process.stdout.write(help);
    return 0;
  }
  if (parsed.kind === 'wrong') {
    process.stderr.write(`${parsed.message}\nSee ${command} -- --help.\n`);
    return 2;
  }
  return run(parsed);
};
