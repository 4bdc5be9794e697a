import { parseArguments, START_OPTIONS } from './cli/arguments';
import { enter } from './cli/entry';
import { START_HELP } from './cli/help';
import { enterMachine } from './cli/machine';

/** `npm start`. The commands are loaded once the process is where it stays. */
process.exit(
  await enter({
    command: 'npm start',
    parsed: parseArguments(process.argv.slice(2), START_OPTIONS),
    help: START_HELP,
    run: async (run) => {
      const machine = await enterMachine();
      const [{ runCommand }, { start }] = await Promise.all([import('./cli/command'), import('./cli/start-command')]);
      return runCommand(run, machine, start);
    },
  }),
);
