import { parseArguments, SERVE_OPTIONS } from './cli/arguments';
import { enter } from './cli/entry';
import { SERVE_HELP } from './cli/help';
import { enterMachine } from './cli/machine';

/** `npm run sandbox`. */
process.exit(
  await enter({
    command: 'npm run sandbox',
    parsed: parseArguments(process.argv.slice(2), SERVE_OPTIONS),
    help: SERVE_HELP,
    run: async (run) => {
      const machine = await enterMachine();
      const [{ runCommand }, { serve }] = await Promise.all([import('./cli/command'), import('./cli/serve-command')]);
      return runCommand(run, machine, serve);
    },
  }),
);
