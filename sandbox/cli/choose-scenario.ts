import { join } from 'node:path';
import { withOwnFiles } from '../scenario/own-files';
import { readScenario, type Scenario } from '../scenario/scenario';
import type { FleetChoice } from './arguments';

const EXAMPLE = join(import.meta.dirname, '../example/scenario.json');

/** The scenario that the command line asks for. Throws a ScenarioError. */
export const chooseScenario = (choice: FleetChoice): Scenario => {
  if ('scenario' in choice) return readScenario(choice.scenario);
  const example = readScenario(EXAMPLE);
  return choice.policy === undefined && choice.document === undefined ? example : withOwnFiles(example, choice);
};
