import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CommandAgent } from './agent/agent';
import { rootEnvironment, startApplication } from './application';
import type { DirectoryStore } from './directory-store';
import type { InstanceSpec, Machine, RunResult } from './ports';
import { captured, feed, type Inside, type InsideOptions, type InsideProcess, killQuietly } from './processes';

const POLL_MS = 10;

/** An instance that is a folder: its processes are told by STILLPOINT_ROOT, and nothing of it can be frozen. */
export class DirectoryMachine implements Machine, Inside {
  readonly mode = 'directory';
  readonly agent: CommandAgent;
  readonly root: string;
  #running = false;

  constructor(
    readonly spec: InstanceSpec,
    private readonly folder: string,
    store: DirectoryStore,
    region: string,
  ) {
    this.root = join(folder, 'root');
    for (const path of ['run', 'tmp', 'var/lib/amazon/ssm']) mkdirSync(join(this.root, path), { recursive: true });
    for (const volume of spec.volumes) store.register(volume, volume.mount ? join(this.root, volume.mount) : join(folder, volume.id));
    this.agent = new CommandAgent(spec.id, region);
  }

  async start(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      if (this.spec.application) await startApplication(this, this.spec.application, join(this.folder, 'application.log'));
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.agent.connect(this);
  }

  async stop(): Promise<void> {
    this.agent.disconnect();
    this.#running = false;
    // Twice nobody: in the moment of its exec a process has no environment that could be read.
    for (let empty = 0; empty < 2; ) {
      const found = this.#processes();
      empty = found.length > 0 ? 0 : empty + 1;
      for (const pid of found) killQuietly(pid);
      await pause(POLL_MS);
    }
  }

  run(script: string): Promise<RunResult> {
    if (!this.#running) throw new Error(`${this.spec.id} is not running`);
    return captured(this.spawn(['bash', '-c', script], { env: rootEnvironment(this.root) }).process);
  }

  /** Folders can't be frozen. */
  async frozen(): Promise<readonly string[]> {
    return [];
  }

  spawn(argv: readonly string[], options: InsideOptions = {}): InsideProcess {
    const [command = '', ...args] = argv;
    const output = options.output ?? 'pipe';
    const child: ChildProcess = spawn(command, args, {
      stdio: [options.input === undefined ? 'ignore' : 'pipe', output, output],
      detached: true,
      cwd: '/',
      env: { ...options.env, STILLPOINT_ROOT: this.root },
    });
    feed(child, options.input);
    return { process: child, killGroup: () => child.pid !== undefined && killQuietly(-child.pid) };
  }

  /** Everything that was started in this instance, whatever session it moved to. */
  #processes(): readonly number[] {
    const mark = `STILLPOINT_ROOT=${this.root}`;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && environment(name).includes(mark))
      .map(Number);
  }
}

const environment = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // another user's, or ended
  }
};
