import type { ChildProcess } from 'node:child_process';
import { captured, type Inside, type InsideProcess, PATH } from '../processes';

/** How a script ended. */
export interface ScriptEnd {
  /** A script that a signal ended has 137, as one that exits with 137. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stoppedBy?: 'timeout' | 'cancel';
}

export interface ScriptOptions {
  readonly instanceId: string;
  readonly region: string;
  readonly commandId: string;
  readonly step: string;
  readonly script: string;
  readonly timeoutMs: number;
  readonly folder: string;
}

/** The agent's own exit code for a script that was stopped from outside. */
export const STOPPED = 137;
const STDOUT_CHARACTERS = 24_000;
const STDERR_CHARACTERS = 8_000;

/** Keeps a copy of the output and notes the end: the agent's own writes before it reports. */
const KEEP = 'cat > "$1/stdout"; : > "$1/ended"';

/** A word for the shell: a directory instance's folder may have any name. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** One script of a step, from its file to the end of its output. */
export class ScriptRun {
  #script: InsideProcess | undefined;
  #stoppedBy: ScriptEnd['stoppedBy'];

  constructor(
    private readonly inside: Inside,
    private readonly options: ScriptOptions,
  ) {}

  /** SIGKILL to the process group. The run ends when no process holds its output any longer. */
  cancel(): void {
    this.#stop('cancel');
  }

  async run(): Promise<ScriptEnd> {
    const folder = this.#folder();
    // By a process in the instance: on a frozen filesystem it hangs, and the command with it, as on a real one.
    await this.#write(`${folder}/_script.sh`, this.options.script);
    if (this.#stoppedBy !== undefined) return this.#end({ code: STOPPED, stdout: '', stderr: '' });
    const start = this.options.folder === '/' ? [] : ['sh', '-c', 'cd "$1" && shift && exec "$@"', 'sh', this.options.folder];
    const keeper = this.inside.spawn(['sh', '-c', KEEP, 'sh', folder], { env: { PATH }, input: 'open' });
    this.#script = this.inside.spawn([...start, 'sh', '-c', quoted(`${folder}/_script.sh`)], { env: this.#environment() });
    const timer = setTimeout(() => this.#stop('timeout'), this.options.timeoutMs);
    const output = await followed(this.#script.process, keeper.process);
    clearTimeout(timer);
    return this.#end(output);
  }

  #end(output: Omit<ScriptEnd, 'stoppedBy'>): ScriptEnd {
    return this.#stoppedBy === undefined ? output : { ...output, code: STOPPED, stoppedBy: this.#stoppedBy };
  }

  #stop(by: 'timeout' | 'cancel'): void {
    this.#stoppedBy ??= by;
    this.#script?.killGroup();
  }

  #folder(): string {
    const { instanceId, commandId, step } = this.options;
    return `${this.inside.root}/var/lib/amazon/ssm/${instanceId}/document/orchestration/${commandId}/${step}`;
  }

  async #write(path: string, text: string): Promise<void> {
    const keep = 'umask 077; mkdir -p "${1%/*}" && cat > "$1" && chmod 700 "$1"';
    const { code, stderr } = await captured(this.inside.spawn(['sh', '-c', keep, 'sh', path], { env: { PATH }, input: { text } }).process);
    if (code !== 0) throw new Error(`the agent could not write its script: ${stderr.trim()}`);
  }

  /** A service's environment: no HOME, no login. */
  #environment(): Readonly<Record<string, string>> {
    return {
      PATH,
      LANG: 'C.UTF-8',
      SSM_COMMAND_ID: this.options.commandId,
      AWS_SSM_INSTANCE_ID: this.options.instanceId,
      AWS_SSM_REGION_NAME: this.options.region,
      AWS_SSM_PLATFORM_NAME: 'Linux',
      STILLPOINT_ROOT: this.inside.root,
    };
  }
}

/**
 * Follows a script until its output ends, then has the keeper (started before it) write to the orchestration folder: when that is
 * on a frozen filesystem by then, the command does not report until it is thawed.
 */
const followed = async (script: ChildProcess, keeper: ChildProcess): Promise<Omit<ScriptEnd, 'stoppedBy'>> => {
  const kept = captured(keeper);
  const ended = await captured(script);
  keeper.stdin?.end(ended.stdout);
  await kept;
  const code = ended.code ?? STOPPED;
  const said = code === 0 ? ended.stderr : `${ended.stderr}failed to run commands: exit status ${code}`;
  return { code, stdout: ended.stdout.slice(0, STDOUT_CHARACTERS), stderr: said.slice(0, STDERR_CHARACTERS) };
};
