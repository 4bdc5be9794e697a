/**
 * A sandbox for jest tests, which don't run in a mount namespace of their own: a child process holds it.
 *
 *   const sandbox = await TestSandbox.open({ fleet, policies, documents });
 *   await sandbox.fire('policy', 'schedule');                  // now, without moving the sandbox's time
 *   await sandbox.until(() => sandbox.events.find(...), 'what is waited for');
 *   await sandbox.run(instanceId, 'script');                   // root, inside, not through the agent
 *   await sandbox.ssm.send(new SendCommandCommand(...));       // as a person, not as one of the functions
 *   await sandbox.close();                                     // in afterAll: thaws, kills, unmounts
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { EC2Client } from '@aws-sdk/client-ec2';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import { privateCommand } from '../../sandbox/instance/private-namespace';
import type { AccountDocument, EventEnvelope, Fault, FleetInstance, RequestRecord, SandboxOptions } from '../../sandbox/ports';
import { type AppOptions, assemblyOf } from './sandbox-assembly';

export interface TestSandboxOptions extends AppOptions {
  readonly fleet: readonly FleetInstance[];
  readonly documents?: readonly AccountDocument[];
}

type Line =
  | { readonly ready: string }
  | { readonly failed: string }
  | { readonly event: EventEnvelope }
  | { readonly request: RequestRecord };

export const REGION = 'eu-west-1';
export const ACCOUNT = '111122223333';
const WAIT_MS = 90_000;

const runSchema = z.object({ code: z.nullable(z.number()), stdout: z.string(), stderr: z.string() });
const stateSchema = z.object({
  time: z.string(),
  frozen: z.record(z.string(), z.array(z.string())),
  snapshots: z.array(
    z.object({ id: z.string(), volumeId: z.string(), instanceId: z.string(), setId: z.string(), tags: z.record(z.string(), z.string()) }),
  ),
  commands: z.array(
    z.object({
      commandId: z.string(),
      documentName: z.string(),
      comment: z.string(),
      invocations: z.array(z.object({ instanceId: z.string(), status: z.string() })),
    }),
  ),
  queues: z.record(z.string(), z.object({ visible: z.number(), inFlight: z.number(), delayed: z.number() })),
});
export type SandboxState = z.infer<typeof stateSchema>;

const outcomeSchema = z.object({ status: z.enum(['COMPLETE', 'FAILED']), reasons: z.array(z.string()) });
export type StackOutcome = z.infer<typeof outcomeSchema>;

const functionLineSchema = z.object({ function: z.string(), requestId: z.string(), line: z.unknown() });
export type FunctionLine = z.infer<typeof functionLineSchema>;

export class TestSandbox {
  readonly events: EventEnvelope[] = [];
  readonly requests: RequestRecord[] = [];
  readonly #looks = new Set<() => void>();
  #endpoint = '';
  #failure: string | undefined;

  private constructor(
    private readonly holder: ChildProcess,
    /** Where the sandbox keeps its files. */
    readonly folder: string,
  ) {
    if (holder.stdout) createInterface({ input: holder.stdout }).on('line', (line) => this.#take(JSON.parse(line)));
    holder.once('exit', (code, signal) => this.#fail(`the sandbox ended with ${signal ?? code}`));
  }

  static async open({ fleet, documents = [], ...app }: TestSandboxOptions): Promise<TestSandbox> {
    const assembly = await assemblyOf(app);
    const folder = mkdtempSync(join(tmpdir(), 'stillpoint-sandbox-'));
    const options: SandboxOptions = {
      ...{ assembly, region: REGION, accountId: ACCOUNT, fleet, documents, faults: [], port: 0, mode: 'real' },
      outputFolder: join(folder, 'run'),
    };
    writeFileSync(join(folder, 'options.json'), JSON.stringify(options));
    const node = [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'sandbox-holder.ts'), join(folder, 'options.json')];
    const { argv, env } = privateCommand(node);
    const [command = '', ...args] = argv;
    const sandbox = new TestSandbox(spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'], env }), folder);
    try {
      await sandbox.until(() => sandbox.#endpoint || undefined, 'the sandbox to start');
      return sandbox;
    } catch (error) {
      await sandbox.close();
      throw error;
    }
  }

  /** What makes the SDK and the command lines of this process work on the sandbox, as a person. */
  get environment() {
    return { AWS_ENDPOINT_URL: this.#endpoint, AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' };
  }

  get ec2(): EC2Client {
    return new EC2Client(this.#client());
  }

  get ssm(): SSMClient {
    return new SSMClient(this.#client());
  }

  get sqs(): SQSClient {
    return new SQSClient(this.#client());
  }

  get endpoint(): string {
    return this.#endpoint;
  }

  #client() {
    return { endpoint: this.#endpoint, region: REGION, credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' } };
  }

  /** What `read` finds, as soon as it finds something; looked for at every event and request. */
  until<T>(read: () => T | undefined, what: string, ms = WAIT_MS): Promise<T> {
    return new Promise((resolve, reject) => {
      const end = (finish: () => void): void => {
        clearTimeout(timer);
        this.#looks.delete(look);
        finish();
      };
      const look = (): void => {
        const found = read();
        if (found !== undefined) end(() => resolve(found));
        else if (this.#failure !== undefined) end(() => reject(new Error(`waiting for ${what}: ${this.#failure}`)));
      };
      const timer = setTimeout(() => end(() => reject(new Error(`waited ${ms / 1000} s for ${what}`))), ms);
      this.#looks.add(look);
      look();
    });
  }

  /** Fires the rule of a policy's schedule now. */
  async fire(policyId: string, schedule: string): Promise<void> {
    await this.control('POST', 'fire', { policyId, schedule, late: true });
  }

  /** Runs the hourly sweep to its end, now or so many hours from now, to which the sandbox's time moves. */
  async sweep(hours = 0): Promise<void> {
    const at = new Date(Date.parse((await this.state()).time) + hours * 3_600_000).toISOString();
    await this.control('POST', 'rule', { name: 'stillpoint-sweep', at });
    await this.idle();
  }

  async fault(fault: Fault): Promise<void> {
    await this.control('POST', 'faults', fault);
  }

  /** Deploys another app over the running one, as `cdk deploy` would, or an assembly's folder. */
  async deploy(app: AppOptions | string): Promise<StackOutcome> {
    const assembly = typeof app === 'string' ? app : await assemblyOf(app);
    return outcomeSchema.parse(await this.control('POST', 'deploy', { assembly }));
  }

  /** Deletes the stack, as `cdk destroy` would. */
  async destroy(): Promise<StackOutcome> {
    return outcomeSchema.parse(await this.control('POST', 'destroy'));
  }

  async run(instanceId: string, script: string) {
    return runSchema.parse(await this.control('POST', 'run', { instanceId, script }));
  }

  async verify(instanceId: string, snapshotIds: readonly string[]) {
    return runSchema.parse(await this.control('POST', 'verify', { instanceId, snapshotIds }));
  }

  async act(instanceId: string, action: 'start' | 'stop' | 'reboot' | 'connect' | 'disconnect'): Promise<void> {
    await this.control('POST', `instances/${instanceId}/${action}`);
  }

  async state(): Promise<SandboxState> {
    return stateSchema.parse(await this.control('GET', 'state'));
  }

  /** How many messages of an instance came back from receivers that have died. */
  async expire(instanceId: string): Promise<number> {
    return z.object({ expired: z.number() }).parse(await this.control('POST', 'expire', { instanceId })).expired;
  }

  /** URL of the queue whose name in the template begins like this. */
  async queueUrl(prefix: string): Promise<string> {
    const name = Object.keys((await this.state()).queues).find((queue) => queue.includes(prefix));
    if (name === undefined) throw new Error(`no queue ${prefix}`);
    return `${this.#endpoint}/${ACCOUNT}/${name}`;
  }

  /** No function runs, and no queue with a consumer holds a message. */
  async idle(): Promise<void> {
    await this.control('GET', 'idle');
  }

  /** What the functions wrote so far. */
  functionLines(): readonly FunctionLine[] {
    const text = readFileSync(join(this.folder, 'run', 'functions.jsonl'), 'utf8');
    return text
      .split('\n')
      .filter(Boolean)
      .map((line) => functionLineSchema.parse(JSON.parse(line)));
  }

  async control(method: 'GET' | 'POST', route: string, body?: unknown): Promise<unknown> {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`${this.#endpoint}/_sandbox/${route}`, { method, ...text });
    const value: unknown = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${route}: ${JSON.stringify(value)}`);
    return value;
  }

  /** Ends the sandbox: it thaws, unmounts and ends everything in it. */
  async close(): Promise<void> {
    if (this.holder.exitCode === null && this.holder.signalCode === null) {
      const ended = new Promise((resolve) => this.holder.once('exit', resolve));
      this.holder.stdin?.end();
      await ended;
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  #take(line: Line): void {
    if ('ready' in line) this.#endpoint = line.ready;
    else if ('failed' in line) this.#failure = line.failed;
    else if ('event' in line) this.events.push(line.event);
    else this.requests.push(line.request);
    for (const look of [...this.#looks]) look();
  }

  #fail(why: string): void {
    this.#failure ??= why;
    for (const look of [...this.#looks]) look();
  }
}
