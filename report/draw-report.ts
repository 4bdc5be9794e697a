import { readEvents } from './events/read-events';
import { runsOf } from './model/runs';
import { type PageOptions, renderPage } from './page/page';

export type Report =
  | {
      readonly ok: true;
      readonly page: string;
      /** How many executions it shows. */
      readonly executions: number;
      /** Events of other sources, left out. */
      readonly others: number;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The page for the text of an events file, or what is wrong with that. `file` names it in problems. */
export const drawReport = (file: string, text: string, options: PageOptions = {}): Report => {
  const read = readEvents(file, text);
  if (!read.ok) return read;
  const runs = runsOf(read.events);
  const executions = runs.reduce((sum, { targets }) => sum + targets.length, 0);
  return { ok: true, page: renderPage(runs, options), executions, others: read.others };
};
