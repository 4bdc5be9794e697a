import type { CommandState } from '../../lambda/core/execution/command-state';
import type { ResultLine } from '../../lambda/core/result-line';

/** How one script behaves: how long it takes and the exit code that it has for its own reasons. */
export interface Behaviour {
  readonly ms: number;
  readonly exitCode: number;
}

interface Held {
  readonly uuid: string;
  readonly from: number;
  readonly until: number;
}

interface Sent {
  readonly commandId: string;
  readonly script: string;
  readonly uuid: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly exitCode: number;
  ended: CommandState | undefined;
}

/** When a freeze was in force, for the truth about a set. */
export interface Window {
  readonly uuid: string;
  readonly from: number;
  readonly to: number;
  readonly by: 'post' | 'auto-thaw';
}

const DELIVERY_MS = 50;
const VOLUMES = ['vol-1', 'vol-2'];

/** An instance with one guardian and the contract's two scripts, in virtual time. A stand-in: the real ones run in test/documents. */
export class FakeInstance {
  readonly windows: Window[] = [];
  private readonly commands: Sent[] = [];
  private held: Held | undefined;

  constructor(
    private readonly now: () => number,
    private readonly autoThawMs: number,
    private readonly behaviours: { readonly pre: () => Behaviour; readonly post: () => Behaviour },
  ) {}

  send(commandId: string, script: string, uuid: string): void {
    const { ms, exitCode } = script === 'pre-script' ? this.behaviours.pre() : this.behaviours.post();
    const startsAt = this.now() + DELIVERY_MS;
    this.commands.push({ commandId, script, uuid, startsAt, endsAt: startsAt + ms, exitCode, ended: undefined });
  }

  /** SIGKILL: the guardian, in a session of its own, lives on. A pre-script that was far enough leaves its freeze behind. */
  cancel(commandId: string): void {
    this.advance();
    const command = this.find(commandId);
    if (command === undefined || command.ended !== undefined) return;
    const started = this.now() >= command.startsAt;
    if (started && command.script === 'pre-script' && command.exitCode === 0) this.freeze(command.uuid, this.now());
    command.ended = { status: 'Cancelled', statusDetails: 'Cancelled', exitCode: -1, started, output: '', endedAt: new Date(this.now()) };
  }

  state(commandId: string): CommandState {
    this.advance();
    const command = this.find(commandId);
    const running = command !== undefined && this.now() >= command.startsAt;
    return (
      command?.ended ?? {
        status: running ? 'InProgress' : 'Pending',
        statusDetails: '',
        exitCode: -1,
        started: running,
        output: '',
        endedAt: undefined,
      }
    );
  }

  isFrozen(): boolean {
    this.advance();
    return this.held !== undefined;
  }

  /** What happened up to now, in its order. */
  private advance(): void {
    const due = this.commands.filter((command) => command.ended === undefined && command.endsAt <= this.now());
    for (const command of due.sort((a, b) => a.endsAt - b.endsAt)) {
      this.autoThaw(command.endsAt);
      const { exitCode, line } = command.script === 'pre-script' ? this.pre(command) : this.post(command);
      command.ended = {
        status: exitCode === 0 ? 'Success' : 'Failed',
        statusDetails: '',
        exitCode,
        started: true,
        output: line === undefined ? '' : JSON.stringify(line),
        endedAt: new Date(command.endsAt),
      };
    }
    this.autoThaw(this.now());
  }

  private pre({ uuid, endsAt, exitCode }: Sent): { exitCode: number; line?: ResultLine } {
    if (this.held !== undefined) return { exitCode: 204 };
    if (exitCode !== 0) return { exitCode };
    this.freeze(uuid, endsAt);
    return { exitCode, line: this.line('pre', uuid, 'held', 'nobody') };
  }

  private post({ uuid, endsAt, exitCode }: Sent): { exitCode: number; line?: ResultLine } {
    const past = this.windows.find((window) => window.uuid === uuid);
    if (past?.by === 'auto-thaw') return { exitCode: 203, line: this.line('post', uuid, 'auto-thawed', 'auto-thaw') };
    if (past !== undefined) return { exitCode: 0, line: this.line('post', uuid, 'released', 'post') };
    if (this.held?.uuid !== uuid) return { exitCode: 205 };
    if (exitCode !== 0) return { exitCode };
    this.windows.push({ uuid, from: this.held.from, to: endsAt, by: 'post' });
    this.held = undefined;
    return { exitCode: 0, line: this.line('post', uuid, 'released', 'post') };
  }

  private freeze(uuid: string, at: number): void {
    this.held = { uuid, from: at, until: at + this.autoThawMs };
  }

  private autoThaw(at: number): void {
    if (this.held === undefined || this.held.until > at) return;
    this.windows.push({ uuid: this.held.uuid, from: this.held.from, to: this.held.until, by: 'auto-thaw' });
    this.held = undefined;
  }

  private find(commandId: string): Sent | undefined {
    return this.commands.find((command) => command.commandId === commandId);
  }

  private line(stage: 'pre' | 'post', executionId: string, result: ResultLine['result'], thawedBy: ResultLine['thawedBy']): ResultLine {
    const filesystems = VOLUMES.map((volume) => ({ mount: `/${volume}`, type: 'xfs', device: '/dev/x', volumes: [volume], held: true }));
    return {
      stillpoint: 'result/1',
      stage,
      executionId,
      bootId: 'boot',
      result,
      thawedBy,
      heldMs: 5,
      application: { name: 'fake', quiesced: true },
      filesystems,
    };
  }
}
