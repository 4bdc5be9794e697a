import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawReport } from '../../report/draw-report';
import type { Scenario } from '../scenario/scenario';

const PICTURE = 'report.html';

/** Draws the run from its events, as `npm run report` does from a real account's. Returns the page's file name. */
export const writePicture = ({ fleet }: Scenario, folder: string): string => {
  const names = new Map(fleet.map(({ name, instance }) => [instance.machine.id, name]));
  const events = join(folder, 'events.jsonl');
  const report = drawReport(events, readFileSync(events, 'utf8'), { nameOf: (instanceId) => names.get(instanceId) });
  if (!report.ok) throw new Error(`the product's events are not what its schemas say:\n${report.problems.join('\n')}`);
  writeFileSync(join(folder, PICTURE), report.page);
  return PICTURE;
};
