import { join, resolve } from 'node:path';
import type { Mode } from '../instance/ports';
import type { Sandbox } from '../ports';
import { createSandbox } from '../sandbox';
import type { Scenario } from '../scenario/scenario';
import { buildApp } from './app';
import { makeRunFolder } from './run-folder';

/** Git ignores the default. */
const runsFolder = (): string => process.env['STILLPOINT_RUNS_FOLDER'] ?? resolve(import.meta.dirname, '../../runs');

export interface Opened {
  readonly sandbox: Sandbox;
  /** Where the run leaves its files. */
  readonly folder: string;
}

/** Builds the app with the scenario's policies and sets a sandbox up for it; not started yet. */
export const openSandbox = async (scenario: Scenario, mode: Mode, port: number): Promise<Opened> => {
  const folder = makeRunFolder(runsFolder(), new Date());
  const assembly = await buildApp(scenario.policies, join(folder, 'app'));
  const sandbox = createSandbox({
    assembly,
    region: scenario.region,
    accountId: scenario.accountId,
    fleet: scenario.fleet.map(({ instance }) => instance),
    documents: scenario.documents,
    faults: scenario.faults,
    outputFolder: folder,
    port,
    mode,
  });
  return { sandbox, folder };
};
