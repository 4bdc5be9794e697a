import type { EventEnvelope, RequestRecord } from '../ports';
import { changesOfEvent, changesOfRequest, describeStage, type InstanceStage, type StageChange, WAITING } from './stages';
import type { Terminal } from './terminal';

/** Shows, while a run goes on, which instance is in which stage. */
export interface Progress {
  onRequest(request: RequestRecord): void;
  onEvent(event: EventEnvelope): void;
}

export interface ProgressOptions {
  readonly terminal: Terminal;
  /** Instance names by id, in the order to show. */
  readonly names: ReadonlyMap<string, string>;
  /** Milliseconds since the start. */
  readonly elapsed: () => number;
  /** Nothing is shown any more: the screen belongs to the clean-up. */
  readonly ended?: AbortSignal;
}

/** A block that is drawn again on a terminal, a line for each change elsewhere. */
export const createProgress = (options: ProgressOptions): Progress => {
  const stages = new Map<string, InstanceStage>();
  const show = fits(options) ? createBlock(options) : createLines(options);
  const apply = (changes: readonly StageChange[]): void => {
    for (const { instanceId, change } of changes) {
      if (!options.names.has(instanceId)) continue;
      const before = stages.get(instanceId) ?? WAITING;
      const after = change(before);
      stages.set(instanceId, after);
      if (options.ended?.aborted !== true && describeStage(after) !== describeStage(before)) show(stages, instanceId);
    }
  };
  return {
    onRequest: (request) => apply(changesOfRequest(request)),
    onEvent: (event) => apply(changesOfEvent(event)),
  };
};

/** A block that is higher than the screen can't be drawn again: what scrolled away is out of reach. */
const fits = ({ terminal, names }: ProgressOptions): boolean => terminal.live && names.size + 2 < terminal.rows;

type Show = (stages: ReadonlyMap<string, InstanceStage>, changed: string) => void;

const widest = (names: ReadonlyMap<string, string>): number => Math.max(0, ...[...names.values()].map(({ length }) => length));

const createLines = ({ terminal, names, elapsed }: ProgressOptions): Show => {
  const width = widest(names);
  return (stages, changed) => {
    const name = names.get(changed) ?? changed;
    terminal.write(`${seconds(elapsed())}  ${name.padEnd(width)}  ${describeStage(stages.get(changed) ?? WAITING)}\n`);
  };
};

const createBlock = ({ terminal, names, elapsed }: ProgressOptions): Show => {
  const width = widest(names);
  let drawn = 0;
  return (stages) => {
    const lines = [...names].map(([id, name]) => `  ${name.padEnd(width)}  ${describeStage(stages.get(id) ?? WAITING)}`);
    const block = [...lines, `  ${seconds(elapsed()).trimStart()}`].map((line) => line.slice(0, Math.max(1, terminal.columns - 1)));
    const up = drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`;
    terminal.write(`${up}${block.join('\n')}\n`);
    drawn = block.length;
  };
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1).padStart(6)} s`;
