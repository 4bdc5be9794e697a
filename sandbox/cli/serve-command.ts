import { relative } from 'node:path';
import type { Arguments } from './arguments';
import { chooseScenario } from './choose-scenario';
import type { CommandContext } from './command';
import { Interrupted } from './interruption';
import { withSandbox } from './lifetime';
import { modeNotice } from './machine';
import { openSandbox } from './open-sandbox';
import { createProgress } from './progress';
import { writeLine } from './terminal';
import { usage } from './usage';

type Run = Extract<Arguments, { kind: 'run' }>;

/** `npm run sandbox`: the endpoint stays up until a signal ends it. */
export const serve = async ({ fleet, port }: Run, { terminal, interruption, elapsed, machine }: CommandContext): Promise<number> => {
  const scenario = chooseScenario(fleet);
  for (const line of modeNotice(machine)) writeLine(terminal, line);
  writeLine(terminal, 'Building the functions, the documents and the template.');
  const { sandbox, folder } = await interruption.race(openSandbox(scenario, machine.mode, port));
  writeLine(terminal, `Starting ${scenario.fleet.length} instances.`);
  const serving = withSandbox(sandbox, interruption, () => {
    writeLine(terminal, usage(sandbox.endpoint, scenario, relative(process.cwd(), folder)));
    const names = new Map(scenario.fleet.map(({ name, instance }) => [instance.machine.id, name]));
    const progress = createProgress({ terminal: { ...terminal, live: false }, names, elapsed, ended: interruption.signal });
    sandbox.onEvent(progress.onEvent);
    sandbox.onRequest(progress.onRequest);
    return new Promise<number>(() => undefined); // until a signal
  });
  return serving.catch(endedBySignal);
};

/** A signal is how serving ends: no failure. */
const endedBySignal = (error: unknown): number => {
  if (error instanceof Interrupted) return 0;
  throw error;
};
