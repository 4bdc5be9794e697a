import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateTagsCommand } from '@aws-sdk/client-ec2';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { EXECUTION_DETAIL_TYPE, executionDetailSchema } from '../../../lambda/core/event/execution-event';
import type { ExecutionMessage } from '../../../lambda/core/execution-message';
import type { Fault, RequestRecord } from '../../../sandbox/ports';
import { madeUpId } from '../../../sandbox/scenario/fleet';
import type { TestSandbox } from '../../support/sandbox';
import { SCHEDULE } from './cases';
import { eventsOf, wordsOf } from './story';

type FaultHere = Fault extends infer F ? (F extends Fault ? Omit<F, 'instanceId'> : never) : never;

const PATIENCE_MS = 60_000;

/** The guardian's command line; its own pattern does not match the one who looks. */
const GUARDIANS = `cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -cE 'guardian [0-9]+ [0-9]+'; exit 0`;

/** An instance of a test file's fleet, and what the sandbox saw of it. */
export class Instance {
  readonly id: string;

  constructor(
    readonly sandbox: TestSandbox,
    readonly name: string,
    private readonly policyId: string,
  ) {
    this.id = madeUpId('i', name);
  }

  fire(): Promise<void> {
    return this.sandbox.fire(this.policyId, SCHEDULE);
  }

  async faults(...faults: readonly FaultHere[]): Promise<void> {
    for (const fault of faults) await this.sandbox.fault({ ...fault, instanceId: this.id });
  }

  /** A message of an execution, past planner and deduplication. */
  async message(due: Date, more: Partial<Omit<ExecutionMessage, 'version'>> & { readonly version?: number } = {}): Promise<void> {
    const message = {
      ...{
        version: 1,
        policyId: this.policyId,
        due: due.toISOString(),
        schedules: [SCHEDULE],
        instanceId: this.id,
        instanceState: 'running',
      },
      ...{ agent: 'online', messageGroupId: this.id, attempt: 1, thawOnly: false },
      ...more,
    };
    const command = new SendMessageCommand({
      QueueUrl: await this.sandbox.queueUrl('QueuesExecutions'),
      MessageBody: JSON.stringify(message),
      MessageGroupId: message.messageGroupId,
      MessageDeduplicationId: randomUUID(),
    });
    await this.sandbox.sqs.send(command);
  }

  /** As its owner does. */
  async retag(Key: string, Value: string): Promise<void> {
    await this.sandbox.ec2.send(new CreateTagsCommand({ Resources: [this.id], Tags: [{ Key, Value }] }));
  }

  run(script: string) {
    return this.sandbox.run(this.id, script);
  }

  /** What the document `orders` is to do at its next calls: exit codes, or commands. */
  async order(stage: 'pre' | 'post', ...orders: readonly (string | number)[]): Promise<void> {
    const { code, stderr } = await this.run(`mkdir -p /run/orders && cat >/run/orders/${stage}-script <<'END'\n${orders.join('\n')}\nEND`);
    if (code !== 0) throw new Error(stderr);
  }

  /** A hook of the document `scripted`. */
  async hook(name: string, body: string): Promise<void> {
    const { code, stderr } = await this.run(`mkdir -p /run/app && cat >/run/app/${name} <<'END'\n${body}\nEND`);
    if (code !== 0) throw new Error(stderr);
  }

  /** Fires the policy and waits for the closing event. */
  async execution() {
    await this.fire();
    return this.closed();
  }

  /** The detail of the closing event number `count`. */
  async closed(count = 1) {
    const event = await this.sandbox.until(() => this.#closings()[count - 1], `${this.name} to close; so far: ${this.told().join(', ')}`);
    return executionDetailSchema.parse(event.detail);
  }

  #closings() {
    return this.events().filter((event) => event['detail-type'] === EXECUTION_DETAIL_TYPE);
  }

  events() {
    return eventsOf(this.sandbox.events, this.id);
  }

  /** Our events on this instance, in words and in their order. */
  told(): readonly string[] {
    return this.events().map(wordsOf);
  }

  async hears(words: string): Promise<void> {
    await this.sandbox.until(() => this.told().find((told) => told === words), `${this.name} to tell ${words}`);
  }

  /** Calls of the functions that concern this instance. */
  calls(action: string): readonly RequestRecord[] {
    return this.sandbox.requests.filter(
      (request) => request.role !== 'user' && request.action === action && request.resources.includes(this.id),
    );
  }

  /** The next call of this kind, once it is answered. */
  called(action: string, count = 1): Promise<RequestRecord> {
    return this.sandbox.until(() => this.calls(action)[count - 1], `${this.name}: call ${count} of ${action}`);
  }

  /** The worker has died: its message comes to another one at once, not after its 90 s. */
  async redeliver(): Promise<void> {
    await this.poll(async () => (await this.sandbox.expire(this.id)) > 0, 'the worker to die');
  }

  async snapshots() {
    return (await this.sandbox.state()).snapshots.filter(({ instanceId }) => instanceId === this.id);
  }

  /** Its snapshots once they are closed: the closing tags come after the closing event. */
  async closedSnapshots() {
    await this.poll(
      async () => (await this.snapshots()).every(({ tags }) => tags['stillpoint:consistency'] !== 'pending'),
      'the closing tags',
    );
    return this.snapshots();
  }

  /** Its snapshots once the sets are confirmed. */
  async confirmedSnapshots() {
    await this.poll(async () => (await this.snapshots()).every(({ tags }) => 'stillpoint:confirmed' in tags), 'the sets to be confirmed');
    return this.snapshots();
  }

  /** The tags of a set that is alone: those that say how good it is. */
  async consistencyTags() {
    const snapshots = await this.closedSnapshots();
    return [...new Set(snapshots.map(({ tags }) => `${tags['stillpoint:consistency']} ${tags['stillpoint:reason']}`))];
  }

  async frozen(): Promise<readonly string[]> {
    return (await this.sandbox.state()).frozen[this.id] ?? [];
  }

  /** Mount points frozen now, and guardians alive. */
  async held(): Promise<{ readonly frozen: readonly string[]; readonly guardians: number }> {
    return { frozen: await this.frozen(), guardians: Number((await this.run(GUARDIANS)).stdout.trim()) };
  }

  /** Waits until the filesystems are frozen or not. */
  async until(frozen: boolean): Promise<void> {
    await this.poll(async () => (await this.frozen()).length > 0 === frozen, frozen ? 'a freeze' : 'the thaw');
  }

  /** Waits until Systems Manager calls our pre-script successful: the instance is frozen, and the script is not being run any more. */
  async preSucceeded(): Promise<void> {
    const isOurs = ({ instanceId, status }: { instanceId: string; status: string }) => instanceId === this.id && status === 'Success';
    await this.poll(async () => {
      const { commands } = await this.sandbox.state();
      return commands.some(({ comment, invocations }) => comment.endsWith(' pre') && invocations.some(isOurs));
    }, 'the pre-script to succeed');
  }

  private async poll(holds: () => Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`${this.name}: waited ${PATIENCE_MS / 1000} s for ${what}`);
      await pause(50);
    }
  }
}

export const NOTHING = { frozen: [], guardians: 0 };
