import { splitFile } from './split-file';
import { readEvent, type StillpointEvent } from './stillpoint-event';

export type ReadEvents =
  | {
      readonly ok: true;
      readonly events: readonly StillpointEvent[];
      /** Events of other sources, which the file may hold as well. */
      readonly others: number;
    }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The events in the text of a file: events of EventBridge as JSON, one a line or as an array; or what CloudWatch Logs gives of a
 * log group that a rule sends them to (its JSON output, or lines that begin with a time). `file` names it in problems.
 */
export const readEvents = (file: string, text: string): ReadEvents => {
  const split = splitFile(file, text);
  if (!split.ok) return split;
  const events: StillpointEvent[] = [];
  const problems: string[] = [];
  for (const { place, value } of split.values) {
    const read = readEvent(value);
    if (read.kind === 'event') events.push(read.event);
    if (read.kind === 'wrong') problems.push(...read.problems.map((problem) => `${place}: ${problem}`));
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, events, others: split.values.length - events.length };
};
