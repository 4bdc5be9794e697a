import type { Agent, AgentCommand, InvocationUpdate } from '../ports';
import type { Inside } from '../processes';
import { CommandRun } from './command-run';

/** Command workers of the SSM Agent: the sixth command waits. */
const WORKERS = 5;

interface Queued {
  readonly command: AgentCommand;
  readonly onUpdate: (update: InvocationUpdate) => void;
}

/** The SSM Agent of one instance. What is sent while the instance is off waits for it. */
export class CommandAgent implements Agent {
  #inside: Inside | undefined;
  #queue: Queued[] = [];
  readonly #running = new Map<string, CommandRun>();

  constructor(
    private readonly instanceId: string,
    private readonly region: string,
  ) {}

  /** The instance is up. */
  connect(inside: Inside): void {
    this.#inside = inside;
    this.#dispatch();
  }

  /** The instance is off: what was running reports nothing more. */
  disconnect(): void {
    this.#inside = undefined;
    for (const run of this.#running.values()) run.forget();
    this.#running.clear();
  }

  send(command: AgentCommand, onUpdate: (update: InvocationUpdate) => void): void {
    this.#queue.push({ command, onUpdate });
    this.#dispatch();
  }

  cancel(commandId: string): void {
    const waiting = this.#queue.find(({ command }) => command.commandId === commandId);
    this.#queue = this.#queue.filter((queued) => queued !== waiting);
    waiting?.onUpdate({ status: 'Cancelled', statusDetails: 'Cancelled', steps: [] });
    this.#running.get(commandId)?.cancel();
  }

  #dispatch(): void {
    while (this.#inside !== undefined && this.#running.size < WORKERS) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      void this.#work(this.#inside, next);
    }
  }

  async #work(inside: Inside, { command, onUpdate }: Queued): Promise<void> {
    const run = new CommandRun(inside, { instanceId: this.instanceId, region: this.region, command, onUpdate });
    this.#running.set(command.commandId, run);
    await run.run();
    if (this.#running.get(command.commandId) === run) this.#running.delete(command.commandId);
    this.#dispatch();
  }
}
