import type { OutgoingEvent } from '../../lambda/core/event/common';
import type { CommandState } from '../../lambda/core/execution/command-state';
import type { Policy } from '../../lambda/core/policy/policy-schema';
import { TAG, type Tags } from '../../lambda/core/snapshot-tags';
import type { HistoryCommand, Ports, SendAnswer } from '../../lambda/worker/ports';
import { MemoryBrakes } from '../support/memory-brakes';
import { DUE, Killed } from './fake-aws';

/** What one VSS command does, in virtual time. */
export interface VssBehaviour {
  /** Undefined: it never ends by itself. */
  readonly ms: number | undefined;
  readonly succeeds: boolean;
  /** What it makes halfway. `none`: nothing; `partial`: one volume is left out. */
  readonly makes: 'none' | 'partial' | 'whole';
  /** `AppConsistent` is written at its end. */
  readonly consistent: boolean;
  /** CancelCommand does not reach it. */
  readonly deaf: boolean;
}

export interface VssScript {
  readonly kills: readonly { readonly call: number; readonly after: boolean }[];
  readonly lostSends: readonly number[];
  readonly behaviours: readonly VssBehaviour[];
}

const GOOD: VssBehaviour = { ms: 40_000, succeeds: true, makes: 'whole', consistent: true, deaf: false };
const VOLUMES = ['vol-1', 'vol-2'];
const policy: Policy = { ResourceTypes: ['INSTANCE'], TargetTags: [{ Key: 'backup', Value: 'nightly' }], Schedules: [] };

interface Command extends VssBehaviour {
  readonly commandId: string;
  readonly attempt: number;
  readonly from: number;
  cancelledAt: number | undefined;
}

interface MadeSet {
  readonly attempt: number | undefined;
  readonly volumes: readonly string[];
  readonly by: Command | undefined;
  readonly tags: Record<string, string>;
}

/** AWS around an instance that makes its own snapshots by VSS, with an exact record of the truth. */
export class FakeVss {
  readonly events: OutgoingEvent[] = [];
  readonly commands: Command[] = [];
  readonly plainSets: MadeSet[] = [];
  readonly continuations: number[] = [];
  time = DUE + 5_000;
  /** When the invocation began. */
  private began = this.time;
  private calls = 0;
  private sends = 0;
  private alive = true;
  private readonly brakes = new MemoryBrakes();
  private readonly history: HistoryCommand[] = [];
  private readonly tagged = new Map<number, Record<string, string>>();

  constructor(private readonly script: VssScript) {}

  /** Each call takes 20 ms, and may be the worker's last. */
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

  endOf({ from, ms, cancelledAt }: Command): number {
    return Math.min(cancelledAt ?? Number.POSITIVE_INFINITY, ms === undefined ? Number.POSITIVE_INFINITY : from + ms);
  }

  /** The sets that are there by now: VSS's halfway through their commands, unless these were killed before. */
  sets(): readonly MadeSet[] {
    const byVss = this.commands.flatMap((command): MadeSet[] => {
      const at = command.from + (command.ms ?? 20_000) / 2;
      if (command.makes === 'none' || at > Math.min(this.time, this.endOf(command))) return [];
      const volumes = command.makes === 'whole' ? VOLUMES : VOLUMES.slice(0, 1);
      return [{ attempt: command.attempt, volumes, by: command, tags: this.tagged.get(command.attempt) ?? {} }];
    });
    return [...byVss, ...this.plainSets];
  }

  isConsistent({ by }: MadeSet): boolean {
    return by?.consistent === true && by.ms !== undefined && by.from + by.ms <= this.time && by.cancelledAt === undefined;
  }

  ports(): Ports {
    this.alive = true;
    this.began = this.time;
    const notCalled = async () => {
      throw new Error('not for VSS');
    };
    return {
      commands: {
        send: ({ comment, parameters }) => this.call(() => this.send(comment, parameters['tags'] ?? '')),
        state: (_instanceId, { commandId }) => this.call(() => this.state(commandId)),
        cancel: (_instanceId, { commandId }) => this.call(() => this.cancel(commandId)),
        history: (_instanceId, since) => this.call(() => this.history.filter((past) => past.requestedAt >= since)),
      },
      documents: { pin: notCalled },
      sets: {
        create: ({ tags }) => this.call(() => this.create(tags)),
        volumes: notCalled,
        ofExecution: () => this.call(() => this.sets().map((set) => this.journaled(set))),
        tag: (members, tags) => this.call(() => this.tag(members[0]?.snapshotId ?? '', tags)),
      },
      instances: {
        observe: () => this.call(() => this.observed()),
        agent: () => this.call(() => ({ ping: 'online', platform: 'Windows' }) as const),
      },
      lease: { beat: () => this.call(() => undefined), held: () => true, quiet: () => undefined },
      clock: {
        now: () => new Date(this.time),
        sleep: async (ms) => {
          this.time += ms;
        },
      },
      recordMetrics: () => undefined,
      log: () => undefined,
      publish: (events) => this.call(() => void this.events.push(...events)),
      continueWith: async (attempt) => void this.continuations.push(attempt),
      remainingMs: () => 900_000 - (this.time - this.began),
      volumeKeys: [],
      policy: () => policy,
      brakes: { table: this.brakes, settings: () => ({ limits: [], pauseAfter: 2 }), rights: 'now' },
    };
  }

  private send(comment: string, tags: string): SendAnswer {
    const attempt = Number(/stillpoint:attempt,Value=(\d+)/.exec(tags)?.[1]);
    const command = { commandId: `command-${this.commands.length + 1}`, documentVersion: undefined };
    this.commands.push({
      ...(this.script.behaviours[this.commands.length] ?? GOOD),
      ...command,
      attempt,
      from: this.time,
      cancelledAt: undefined,
    });
    this.history.push({
      ...{ command, comment, documentName: 'AWSEC2-VssInstallAndSnapshot', requestedAt: new Date(this.time) },
      ...{ status: 'Success', script: undefined, executionId: undefined },
    });
    return this.script.lostSends.includes(this.sends++) ? { kind: 'lost' } : { kind: 'sent', command };
  }

  private state(commandId: string): CommandState {
    const command = this.commands.find((one) => one.commandId === commandId);
    if (command === undefined) throw new Error(`no command ${commandId}`);
    const end = this.endOf(command);
    const common = { statusDetails: '', exitCode: command.succeeds ? 0 : 1, started: true, output: '' };
    if (end > this.time) return { ...common, status: 'InProgress', endedAt: undefined };
    const status = command.cancelledAt === end ? 'Cancelled' : command.succeeds ? 'Success' : 'Failed';
    return { ...common, status, endedAt: new Date(end) };
  }

  private cancel(commandId: string): void {
    const command = this.commands.find((one) => one.commandId === commandId);
    if (command !== undefined && !command.deaf && this.endOf(command) > this.time) command.cancelledAt = this.time;
  }

  private observed() {
    const idle = { volumeType: 'gp3', root: false, tags: new Map(), lastSnapshotAt: undefined, pendingSnapshots: 0 };
    const volumes = VOLUMES.map((volumeId) => ({ ...idle, volumeId }));
    return { state: 'running', tags: new Map([['backup', 'nightly']]), volumes, host: { windows: true, instanceType: 'm7i.large' } };
  }

  private create(tags: Tags) {
    this.plainSets.push({ attempt: undefined, volumes: VOLUMES, by: undefined, tags: { ...tags } });
    return { kind: 'created', members: VOLUMES.map((volumeId) => ({ snapshotId: `snap plain ${volumeId}`, volumeId })) } as const;
  }

  private journaled(set: MadeSet) {
    const members = set.volumes.map((volumeId) => ({ snapshotId: `snap ${set.attempt ?? 'plain'} ${volumeId}`, volumeId }));
    return {
      ...{ attempt: set.attempt, members, consistency: (set.tags[TAG.consistency] ?? 'pending') === 'pending' ? 'pending' : 'closed' },
      inconsistent: this.isConsistent(set) ? [] : members.map(({ snapshotId }) => snapshotId),
    };
  }

  private tag(snapshotId: string, tags: Tags): void {
    const [, attempt = ''] = snapshotId.split(' ');
    if (attempt === 'plain') for (const set of this.plainSets) Object.assign(set.tags, tags);
    else this.tagged.set(Number(attempt), { ...this.tagged.get(Number(attempt)), ...tags });
  }
}
