import { relative } from 'node:path';
import type { Arguments } from './arguments';
import { chooseScenario } from './choose-scenario';
import type { CommandContext } from './command';
import { type Difference, formatDifference } from './compare';
import { withSandbox } from './lifetime';
import { modeNotice } from './machine';
import { openSandbox } from './open-sandbox';
import { writePicture } from './picture';
import { runScenario } from './run-scenario';
import { paint, type Terminal, writeLine } from './terminal';

type Run = Extract<Arguments, { kind: 'run' }>;

/** `npm start`: one run of a scenario, to its verdict and exit code. */
export const start = async ({ fleet }: Run, { terminal, interruption, elapsed, machine }: CommandContext): Promise<number> => {
  const scenario = chooseScenario(fleet);
  if (scenario.description !== '') writeLine(terminal, scenario.description);
  for (const line of modeNotice(machine)) writeLine(terminal, line);
  writeLine(terminal, 'Building the functions, the documents and the template.');
  const { sandbox, folder } = await interruption.race(openSandbox(scenario, machine.mode, 0));
  writeLine(terminal, `Starting ${scenario.fleet.length} instances.`);
  const differences = await withSandbox(sandbox, interruption, () =>
    runScenario({ scenario, sandbox, mode: machine.mode, terminal, elapsed, interrupted: interruption.signal }),
  );
  tellVerdict(terminal, differences);
  const here = relative(process.cwd(), folder);
  writeLine(terminal, `A picture of the run: ${here}/${writePicture(scenario, folder)}`);
  writeLine(terminal, `Events, requests and function logs: ${here}/ (${(elapsed() / 1000).toFixed(1)} s in all)`);
  return differences.length === 0 ? 0 : 1;
};

const tellVerdict = (terminal: Terminal, differences: readonly Difference[]): void => {
  if (differences.length === 0) return writeLine(terminal, `\n${paint(terminal, 'green', 'Everything ended as expected.')}`);
  writeLine(terminal, `\n${paint(terminal, 'red', 'Not as expected:')}`);
  for (const difference of differences) writeLine(terminal, `  ${formatDifference(difference)}`);
};
