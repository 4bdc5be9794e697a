import type { StillpointEvent } from '../events/stillpoint-event';
import { moment, type ScriptPhase } from './picture';

type ScriptEvent = Extract<StillpointEvent, { kind: 'script' }>;

/** The scripts of one attempt from their events, each once: delivery is at least once, and `initiated` comes before the end. */
export const scriptPhases = (events: readonly ScriptEvent[]): readonly ScriptPhase[] => {
  const merged: ScriptEvent[] = [];
  for (const event of events) {
    const known = merged.findIndex((other) => isSame(other, event));
    if (known < 0) merged.push(event);
    else if (event.detail.result !== 'initiated') merged[known] = event;
  }
  return merged.flatMap(toPhase).sort((a, b) => a.from - b.from);
};

/** An attempt has one pre-script, or one command of VSS. Post-scripts go by their command, or by when they were sent while that is not known. */
const isSame = ({ detail: a }: ScriptEvent, { detail: b }: ScriptEvent): boolean => {
  if (a.script_stage !== b.script_stage) return false;
  if (a.script_stage !== 'POST') return true;
  const known = a.stillpoint.command_id !== '' && b.stillpoint.command_id !== '';
  return known ? a.stillpoint.command_id === b.stillpoint.command_id : a.start_time === b.start_time;
};

const KINDS = { PRE: 'pre', POST: 'post', '': 'vss' } as const;

const toPhase = ({ detail, recovery }: ScriptEvent): ScriptPhase[] => {
  const from = moment(detail.start_time);
  if (from === undefined) return [];
  const to = moment(detail.end_time);
  const kind = recovery ? 'thaw' : KINDS[detail.script_stage];
  // Two clocks: Systems Manager's end may lie before the worker's start by a little.
  return [{ kind, from, to: to === undefined ? undefined : Math.max(from, to), detail }];
};
