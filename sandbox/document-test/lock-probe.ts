import { setTimeout as pause } from 'node:timers/promises';
import type { Machine } from '../instance/ports';

/** How long what nothing stops may take on a slow machine. */
const FREE_SECONDS = 10;
/** How long it must wait to count as stopped: this, or so many times what it takes when nothing is locked. */
const STOPPED_SECONDS = 2;
const SLOWNESS = 5;

/** The user's command that tries what the document's lock must stop. */
export class LockProbe {
  /** What it takes when nothing is locked. */
  #seconds = 0;

  constructor(
    private readonly machine: Machine,
    private readonly command: string,
  ) {}

  /** Throws when it fails with nothing locked: it would pass for a lock later. */
  async calibrate(): Promise<void> {
    const began = performance.now();
    if (!(await this.succeeds())) throw new Error(`--lock-probe fails although nothing is locked yet: ${this.command}`);
    this.#seconds = (performance.now() - began) / 1_000;
  }

  succeeds(): Promise<boolean> {
    return this.#within(FREE_SECONDS);
  }

  async isStopped(): Promise<boolean> {
    return !(await this.#within(Math.max(STOPPED_SECONDS, SLOWNESS * this.#seconds)));
  }

  async #within(seconds: number): Promise<boolean> {
    const quoted = `'${this.command.replaceAll("'", `'\\''`)}'`;
    const probe = this.machine.run(`timeout -k 1 ${seconds.toFixed(1)} bash -c ${quoted} </dev/null >/dev/null 2>&1`);
    const late = pause((seconds + 3) * 1_000, { code: 124 }, { ref: false }); // it may hang where no signal reaches it
    return (await Promise.race([probe, late])).code === 0;
  }
}
