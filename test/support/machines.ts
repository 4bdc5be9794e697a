/**
 * Real instances for jest tests, which don't run in a mount namespace of their own: a child process holds them.
 *
 *   const fleet = await TestFleet.open();                      // or open({ mode: 'directory' })
 *   const machine = await fleet.machine(spec);                 // InstanceSpec of sandbox/instance/ports.ts; then:
 *   await machine.start();                                     // boots, waits for its application
 *   await machine.run('echo hello');                           // {code, stdout, stderr}: root, inside, not through the agent
 *   const command = machine.send({ document, parameters });    // through the agent: a document's content and {name: [value]}
 *   await command.ended;                                       // the final InvocationUpdate ({status, steps: [{responseCode, stdout ...}]})
 *   command.updates; command.cancel();
 *   await machine.frozen();                                    // mount points frozen now
 *   await fleet.snapshot({ 'vol-...': 'snap-...' });           // all at one point in time
 *   await fleet.verify([{ volume, snapshotId }], 'ls $RESTORED/data');
 *   await machine.stop(); await fleet.close();                 // close in afterAll: thaws, kills, unmounts
 *
 * `fleet.kill()` is SIGKILL to the holder. `document(...lines)` makes a one-step document.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import { type InstanceSpec, type Mode, privateCommand, type RunResult, type VolumeSpec } from '../../sandbox/instance';

const HOLDER = join(import.meta.dirname, 'machines-holder.ts');

export interface TestFleetOptions {
  /** @default real: the test says with describeWith what that takes */
  readonly mode?: Mode;
  /** Beginning of the working folder's name. */
  readonly prefix?: string;
  /** Runs the holder as this user (directory mode). */
  readonly uid?: number;
}

const runResultSchema = z.object({ code: z.nullable(z.number()), stdout: z.string(), stderr: z.string() });
const statusSchema = z.enum(['Pending', 'InProgress', 'Delayed', 'Success', 'Cancelled', 'TimedOut', 'Failed', 'Cancelling']);
const dateSchema = z.optional(
  z.pipe(
    z.string(),
    z.transform((text) => new Date(text)),
  ),
); // dates come as text over the pipe

const updateSchema = z.object({
  status: statusSchema,
  statusDetails: z.string(),
  steps: z.array(
    z.object({
      name: z.string(),
      plugin: z.string(),
      status: statusSchema,
      statusDetails: z.string(),
      responseCode: z.number(),
      stdout: z.string(),
      stderr: z.string(),
      startedAt: dateSchema,
      endedAt: dateSchema,
    }),
  ),
});
type TestUpdate = z.infer<typeof updateSchema>;

const answerSchema = z.object({
  ready: z.optional(z.string()),
  failed: z.optional(z.string()),
  id: z.optional(z.number()),
  value: z.optional(z.unknown()),
  error: z.optional(z.string()),
  command: z.optional(z.string()),
  update: z.optional(updateSchema),
});

const CLOSE_MS = 30_000;
const FINAL = new Set(['Success', 'Failed', 'TimedOut', 'Cancelled']);

/** A command that was sent to an agent. */
export class TestCommand {
  readonly updates: TestUpdate[] = [];
  readonly ended: Promise<TestUpdate>;
  #end: (update: TestUpdate) => void = () => undefined;
  #waiting: { readonly test: (update: TestUpdate) => boolean; readonly resolve: (update: TestUpdate) => void }[] = [];

  constructor(
    readonly commandId: string,
    readonly cancel: () => Promise<void>,
  ) {
    this.ended = new Promise((resolve) => (this.#end = resolve));
  }

  /** The first update that fits. */
  until(test: (update: TestUpdate) => boolean): Promise<TestUpdate> {
    const seen = this.updates.find(test);
    return seen ? Promise.resolve(seen) : new Promise((resolve) => this.#waiting.push({ test, resolve }));
  }

  take(update: TestUpdate): void {
    this.updates.push(update);
    for (const { test, resolve } of this.#waiting) if (test(update)) resolve(update);
    if (FINAL.has(update.status)) this.#end(update);
  }
}

/** A machine in the holder. */
export class TestMachine {
  constructor(
    readonly spec: InstanceSpec,
    private readonly fleet: TestFleet,
  ) {}

  async start(): Promise<void> {
    await this.fleet.call('start', this.spec.id);
  }

  async stop(): Promise<void> {
    await this.fleet.call('stop', this.spec.id);
  }

  async run(script: string): Promise<RunResult> {
    return runResultSchema.parse(await this.fleet.call('run', this.spec.id, script));
  }

  async frozen(): Promise<readonly string[]> {
    return z.array(z.string()).parse(await this.fleet.call('frozen', this.spec.id));
  }

  send(command: { document: unknown; parameters?: Readonly<Record<string, readonly string[]>>; commandId?: string }): TestCommand {
    const { document, parameters = {}, commandId = randomUUID() } = command;
    return this.fleet.send(this.spec.id, { commandId, document, parameters });
  }
}

export class TestFleet {
  readonly #calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #commands = new Map<string, TestCommand>();
  #next = 0;

  private constructor(
    private readonly holder: ChildProcess,
    /** Where the holder keeps images and logs (instances/ID/application.log). */
    readonly folder: string,
  ) {}

  static async open(options: TestFleetOptions = {}): Promise<TestFleet> {
    const { mode = 'real', prefix = 'stillpoint-test-', uid } = options;
    const folder = mkdtempSync(join(tmpdir(), prefix));
    if (uid !== undefined) chownSync(folder, uid, uid);
    const node = [process.execPath, '--import', 'tsx', HOLDER, folder, mode];
    const { argv, env } = mode === 'real' ? privateCommand(node) : { argv: node, env: process.env };
    const [command = '', ...args] = argv;
    const holder = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env, ...(uid !== undefined && { uid, gid: uid }) });
    const fleet = new TestFleet(holder, folder);
    await fleet.#begin();
    return fleet;
  }

  get pid(): number {
    return this.holder.pid ?? 0;
  }

  async machine(spec: InstanceSpec): Promise<TestMachine> {
    await this.call('machine', spec);
    return new TestMachine(spec, this);
  }

  async snapshot(ids: Readonly<Record<string, string>>): Promise<void> {
    await this.call('snapshot', ids);
  }

  async copySnapshot(id: string, copyId: string): Promise<void> {
    await this.call('copySnapshot', id, copyId);
  }

  async deleteSnapshot(id: string): Promise<void> {
    await this.call('deleteSnapshot', id);
  }

  async verify(restored: readonly { readonly volume: VolumeSpec; readonly snapshotId: string }[], script: string): Promise<RunResult> {
    return runResultSchema.parse(await this.call('verify', restored, script));
  }

  send(
    machineId: string,
    command: { commandId: string; document: unknown; parameters: Readonly<Record<string, readonly string[]>> },
  ): TestCommand {
    const { commandId } = command;
    const sent = new TestCommand(commandId, async () => void (await this.call('cancel', machineId, commandId)));
    this.#commands.set(commandId, sent);
    void this.call('send', machineId, command);
    return sent;
  }

  /** Ends the holder and what it holds; idempotent. */
  async close(): Promise<void> {
    const exit = this.#exited();
    this.holder.stdin?.end();
    const timer = setTimeout(() => this.holder.kill('SIGKILL'), CLOSE_MS); // so that a defect can't hang the whole run
    await exit;
    clearTimeout(timer);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** SIGKILL to the holder: its instances must end by themselves. */
  async kill(): Promise<void> {
    const exit = this.#exited();
    this.holder.kill('SIGKILL');
    await exit;
  }

  call(call: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#calls.set(id, { resolve, reject });
      this.holder.stdin?.write(`${JSON.stringify({ id, call, args })}\n`);
    });
  }

  #exited(): Promise<void> {
    if (this.holder.exitCode !== null || this.holder.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => this.holder.once('exit', () => resolve()));
  }

  #begin(): Promise<void> {
    const { stdout, stdin } = this.holder;
    if (stdout === null || stdin === null) throw new Error('the holder has no pipes');
    stdin.on('error', () => undefined); // it was killed: the exit tells
    return new Promise((resolve, reject) => {
      this.holder.once('error', reject);
      this.holder.once('exit', (code) => this.#fail(reject, new Error(`the holder of the machines ended with ${code}`)));
      createInterface({ input: stdout }).on('line', (line) => {
        const answer = answerSchema.parse(JSON.parse(line));
        if (answer.ready !== undefined) resolve();
        else if (answer.failed !== undefined) reject(new Error(answer.failed));
        else this.#take(answer);
      });
    });
  }

  #fail(reject: (error: Error) => void, error: Error): void {
    reject(error);
    for (const call of this.#calls.values()) call.reject(error);
    this.#calls.clear();
  }

  #take(answer: z.infer<typeof answerSchema>): void {
    if (answer.command !== undefined && answer.update !== undefined) this.#commands.get(answer.command)?.take(answer.update);
    if (answer.id === undefined) return;
    const call = this.#calls.get(answer.id);
    this.#calls.delete(answer.id);
    if (answer.error === undefined) call?.resolve(answer.value);
    else call?.reject(new Error(answer.error));
  }
}

/** A document of one Linux script step. */
export const document = (...lines: readonly string[]): unknown => ({
  schemaVersion: '2.2',
  description: 'test',
  mainSteps: [{ action: 'aws:runShellScript', name: 'script', inputs: { runCommand: lines } }],
});

let volumes = 0;

/** A volume with an id of its own. */
export const testVolume = (filesystem: 'ext4' | 'xfs', mount: string, more: Partial<VolumeSpec> = {}): VolumeSpec => ({
  id: `vol-${randomUUID().replaceAll('-', '').slice(0, 17)}`,
  deviceName: `/dev/sd${'fghijklmnop'[volumes++ % 11]}`,
  sizeMiB: filesystem === 'xfs' ? 300 : 64,
  volumeType: 'gp3',
  filesystem,
  mount,
  ...more,
});
