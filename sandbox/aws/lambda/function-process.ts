import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { MovableClock } from '../clock';
import type { FunctionConfig } from './function-config';
import { functionEnvironment, logStreamOf } from './function-environment';
import { type FunctionLine, type InvocationResult, resultMessageSchema } from './invocation';
import { type LogLines, readLines } from './log-lines';

const BOOTSTRAP = join(import.meta.dirname, 'bootstrap.mjs');

export interface FunctionHost {
  readonly clock: MovableClock;
  readonly region: string;
  readonly endpoint: string;
  /** Opens a process's log. What is written to one that the function's role may not write is lost, as in Lambda. */
  readonly openLog: (config: FunctionConfig, stream: string) => (line: FunctionLine) => void;
}

/** One execution environment of a function: a Node process that takes one invocation at a time and is kept warm. */
export class FunctionProcess {
  /** The session token of its credentials: the endpoint knows by it which process called. */
  readonly session = randomUUID();
  private readonly child: ChildProcess;
  private readonly closed: Promise<void>;
  private readonly lines: readonly LogLines[];
  private readonly write: (line: FunctionLine) => void;
  private requestId = '';
  private alive = true;
  private retired = false;
  busy = false;

  constructor(
    private readonly config: FunctionConfig,
    private readonly host: FunctionHost,
  ) {
    if (config.codeFolder === undefined) throw new Error(`function ${config.name} has no code in the assembly`);
    this.write = host.openLog(config, logStreamOf(this.session));
    this.child = fork(BOOTSTRAP, [], {
      cwd: config.codeFolder,
      env: functionEnvironment(config, host.region, host.endpoint, this.session),
      execArgv: [`--max-old-space-size=${config.memoryMiB}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.lines = [this.child.stdout, this.child.stderr].flatMap((stream) =>
      stream === null ? [] : [readLines(stream, (line) => this.log(line))],
    );
    this.closed = new Promise((resolve) => {
      const end = (): void => {
        this.alive = false;
        resolve();
      };
      this.child.once('close', end);
      // Also a send to a process that was just killed: only one that never started has no close.
      this.child.on('error', () => this.child.pid === undefined && end());
    });
  }

  get usable(): boolean {
    return this.alive && !this.busy && !this.retired;
  }

  get functionName(): string {
    return this.config.name;
  }

  /** Whether this is the code and the configuration that it runs. */
  runs(config: FunctionConfig | undefined): boolean {
    return JSON.stringify(config) === JSON.stringify(this.config);
  }

  /** Take no more invocations; end after the one that runs. */
  retire(): void {
    this.retired = true;
    if (!this.busy) this.kill();
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  private log(line: unknown): void {
    this.write({ time: this.host.clock.now().toISOString(), function: this.config.name, requestId: this.requestId, line });
  }

  /** Run one invocation, to its result, its time limit or the process's end. */
  async invoke(requestId: string, event: unknown): Promise<InvocationResult> {
    this.busy = true;
    this.requestId = requestId;
    let timedOut = false;
    const limit = this.host.clock.after(this.config.timeoutSeconds * 1000, () => {
      timedOut = true;
      this.kill();
    });
    try {
      const result = await Promise.race([this.answer(requestId, event), this.closed]);
      if (result !== undefined) return result;
      if (timedOut)
        return failure('Sandbox.Timedout', `${requestId} Task timed out after ${this.config.timeoutSeconds.toFixed(2)} seconds`);
      return failure('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited without providing a reason`);
    } finally {
      limit.cancel();
      this.busy = false;
      if (this.retired) this.kill();
    }
  }

  private async answer(requestId: string, event: unknown): Promise<InvocationResult> {
    const answered = new Promise<InvocationResult>((resolve) => {
      const listen = (message: unknown): void => {
        const found = resultMessageSchema.safeParse(message);
        if (!found.success || found.data.requestId !== requestId) return;
        this.child.off('message', listen);
        const { data } = found;
        resolve(data.ok ? { ok: true, payload: JSON.parse(data.payload) } : failure(data.errorType, data.errorMessage));
      };
      this.child.on('message', listen);
    });
    const remainingMs = this.config.timeoutSeconds * 1000;
    this.child.send({ requestId, event, remainingMs, offsetMs: this.host.clock.offsetMs, functionArn: this.config.arn }, () => undefined);
    const result = await answered;
    await Promise.all(this.lines.map((lines) => lines.ended(requestId)));
    return result;
  }

  kill(): void {
    this.alive = false;
    this.child.kill('SIGKILL');
  }

  /** SIGKILL, and wait until it is gone. */
  async end(): Promise<void> {
    this.kill();
    await this.closed;
  }
}

const failure = (errorType: string, errorMessage: string): InvocationResult => ({ ok: false, errorType, errorMessage });
