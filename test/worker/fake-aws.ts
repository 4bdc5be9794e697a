import type { BrakesTable } from '../../lambda/brakes/brakes-table';
import type { OutgoingEvent } from '../../lambda/core/event/common';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { TAG, type Tags } from '../../lambda/core/snapshot-tags';
import type { HistoryCommand, Lease, PinnedDocument, Ports, SendAnswer } from '../../lambda/worker/ports';
import { MemoryBrakes } from '../support/memory-brakes';
import { type Behaviour, FakeInstance } from './fake-instance';

/** The worker was killed. */
export class Killed extends Error {}

export interface Script {
  /** Kill the worker at these calls (counted over all its lives), before or after the call took effect. */
  readonly kills: readonly { readonly call: number; readonly after: boolean }[];
  /** Calls of CreateSnapshots and SendCommand whose answer is lost, counted each by itself. */
  readonly lostCreates: readonly number[];
  readonly lostSends: readonly number[];
  readonly pres: readonly Behaviour[];
  readonly posts: readonly Behaviour[];
  readonly autoThawMs: number;
}

interface MadeSet {
  readonly at: number;
  readonly tags: Record<string, string>;
}

const MEMBERS = ['vol-1', 'vol-2'].map((volumeId) => ({ snapshotId: `snap-${volumeId}`, volumeId }));
export const DUE = Date.parse('2026-11-21T03:00:00.000Z');

export const LIMITS = [{ scope: { policyId: 'nightly' }, maximum: 1 }] as const;

/** A CreateSnapshots that gives no answer may still take effect this much later. */
const LATE_CREATE_MS = 8_000;

const policy: Policy = { ResourceTypes: ['INSTANCE'], TargetTags: [{ Key: 'backup', Value: 'nightly' }], Schedules: [] };

const document: PinnedDocument = {
  name: 'doc',
  version: '1',
  hash: undefined,
  platforms: ['Linux'],
  contract: {
    ok: true,
    document: { steps: ['run'], parameters: new Set(['outcome']), recordsBackupInPost: false, autoThawSeconds: 30, dryRun: true },
  },
};

/** EC2, SSM, SQS and EventBridge as far as the worker sees them, in virtual time, with an exact record of the truth. */
export class FakeAws {
  readonly events: OutgoingEvent[] = [];
  readonly sets: MadeSet[] = [];
  readonly instance: FakeInstance;
  readonly brakes = new MemoryBrakes();
  time = DUE + 5_000;
  private calls = 0;
  private creates = 0;
  private sends = 0;
  private alive = true;
  private readonly history: HistoryCommand[] = [];

  constructor(private readonly script: Script) {
    const pres = [...script.pres];
    const posts = [...script.posts];
    const good: Behaviour = { ms: 300, exitCode: 0 };
    this.instance = new FakeInstance(() => this.time, script.autoThawMs, {
      pre: () => pres.shift() ?? good,
      post: () => posts.shift() ?? good,
    });
  }

  /** Each call takes 20 ms, and may be the worker's last: it makes no other, whatever it catches. */
  private async call<T>(effect: () => T | Promise<T>): Promise<T> {
    if (!this.alive) throw new Killed();
    const number = this.calls++;
    const kill = this.script.kills.find((candidate) => candidate.call === number);
    this.alive = kill === undefined;
    if (kill?.after === false) throw new Killed();
    this.time += 20;
    const answer = await effect();
    if (kill !== undefined) throw new Killed();
    return answer;
  }

  /** Virtual time goes on. */
  pass(ms: number): void {
    this.time += ms;
  }

  /** What a new worker reaches. */
  ports(): Ports {
    this.alive = true;
    return {
      commands: {
        send: (request) => this.call(() => this.send(request.comment, request.parameters)),
        state: (_instanceId, { commandId }) => this.call(() => this.instance.state(commandId)),
        cancel: (_instanceId, { commandId }) => this.call(() => this.instance.cancel(commandId)),
        history: (_instanceId, since) => this.call(() => this.history.filter((past) => past.requestedAt >= since)),
      },
      documents: { pin: () => this.call(() => document) },
      sets: {
        create: ({ tags }) => this.call(() => this.create(tags)),
        ofExecution: () => this.call(() => this.found()),
        tag: (_members, tags) => this.call(() => this.tagLast(tags)),
        volumes: (volumeIds) => this.call(() => volumeIds.map((volumeId) => ({ volumeId, tags: new Map() }))),
      },
      instances: {
        observe: () =>
          this.call(() => ({
            state: 'running',
            tags: new Map([['backup', 'nightly']]),
            volumes: [
              { volumeId: 'vol-1', root: false, tags: new Map(), volumeType: 'gp3', lastSnapshotAt: undefined, pendingSnapshots: 0 },
            ],
            host: { windows: false, instanceType: 'm7g.large' },
          })),
        agent: () => this.call(() => ({ ping: 'online', platform: 'Linux' }) as const),
      },
      lease: this.lease(),
      clock: { now: () => new Date(this.time), sleep: async (ms) => this.pass(ms) },
      recordMetrics: () => undefined,
      log: () => undefined,
      publish: (events) => this.call(() => void this.events.push(...events)),
      continueWith: async () => undefined,
      remainingMs: () => 900_000,
      policy: () => policy,
      volumeKeys: [],
      brakes: { table: this.brakesTable(), settings: () => ({ limits: LIMITS, pauseAfter: 2 }), rights: 'now' },
    };
  }

  private brakesTable(): BrakesTable {
    const { brakes } = this;
    return {
      stopSwitch: () => this.call(() => brakes.stopSwitch()),
      setStopSwitch: (stop) => this.call(() => brakes.setStopSwitch(stop)),
      enter: (execution) => this.call(() => brakes.enter(execution)),
      leave: (executionId) => this.call(() => brakes.leave(executionId)),
      underWay: () => this.call(() => brakes.underWay()),
      policy: (policyId) => this.call(() => brakes.policy(policyId)),
      slots: (scope) => this.call(() => brakes.slots(scope)),
      takeSlot: (scope, slot, now) => this.call(() => brakes.takeSlot(scope, slot, now)),
      freeSlot: (scope, slot) => this.call(() => brakes.freeSlot(scope, slot)),
      addIncident: (policyId, executionId) => this.call(() => brakes.addIncident(policyId, executionId)),
      pause: (policyId, pause) => this.call(() => brakes.pause(policyId, pause)),
      state: (policyId) => this.call(() => brakes.state(policyId)),
      putState: (policyId, state) => this.call(() => brakes.putState(policyId, state)),
    };
  }

  /** What was really held when a set was made: the freeze of its own attempt, ended by its post-script after the set. */
  wasHeld(set: MadeSet, uuid: string): boolean {
    return this.instance.windows.some(
      (window) => window.uuid === uuid && window.by === 'post' && window.from <= set.at && set.at <= window.to,
    );
  }

  private lease(): Lease {
    let expiresAt = 0;
    const extend = () => {
      expiresAt = this.time + 90_000;
    };
    return { beat: () => this.call(extend), held: () => this.time < expiresAt, quiet: () => undefined };
  }

  private send(comment: string, parameters: Readonly<Record<string, string>>): SendAnswer {
    const command = { commandId: `command-${this.history.length + 1}`, documentVersion: '1' };
    const { command: script = '', executionId = '' } = parameters;
    this.instance.send(command.commandId, script, executionId);
    const status = 'Success'; // of a list that nobody asks for the status of our own
    this.history.push({ command, comment, documentName: 'doc', requestedAt: new Date(this.time), status, script, executionId });
    return this.script.lostSends.includes(this.sends++) ? { kind: 'lost' } : { kind: 'sent', command };
  }

  private create(tags: Tags) {
    const lost = this.script.lostCreates.includes(this.creates++);
    this.sets.push({ at: this.time + (lost ? LATE_CREATE_MS : 0), tags: { ...tags } });
    return lost ? ({ kind: 'unclear' } as const) : ({ kind: 'created', members: MEMBERS } as const);
  }

  private found() {
    return this.sets
      .filter(({ at }) => at <= this.time)
      .map(({ tags }) => ({
        attempt: tags[TAG.attempt] === undefined ? undefined : Number(tags[TAG.attempt]),
        members: MEMBERS,
        consistency: tags[TAG.consistency] === 'pending' ? 'pending' : 'closed',
      }));
  }

  /** Sets are closed in the order in which they were made. */
  private tagLast(tags: Tags): void {
    const set = this.sets.find((candidate) => candidate.tags[TAG.consistency] === 'pending');
    if (set !== undefined) Object.assign(set.tags, tags);
  }
}
