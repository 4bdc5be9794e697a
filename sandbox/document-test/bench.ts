import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Machine } from '../instance/ports';
import { type Answer, type Command, said, sendCommand } from './command';
import type { Instances } from './instances';
import { must } from './line';
import { LockProbe } from './lock-probe';
import { FROZEN, LEFT_OVER, listing, replaceProgram, thaw, WATCHED_FREEZE, write } from './shell';
import type { Subject } from './subject';

type Parameters = Readonly<Record<string, readonly string[]>>;
export type Stage = 'pre-script' | 'post-script' | 'dry-run';

const POLL_MS = 250;
/** An auto-thaw must not come before so many times what the pre-script has taken. */
const SLOWNESS = 3;
/** How long after its time an auto-thaw may come. */
const GRACE_SECONDS = 8;
/** How long what should go on may take on a slow machine, and processes to end. */
const WRITE_SECONDS = 10;
const END_SECONDS = 5;

/** An instance with the application's volumes, on which the document is tried. Stopping it thaws and ends whatever is left. */
export class Bench {
  readonly #probe: LockProbe | undefined;

  private constructor(
    private readonly machine: Machine,
    readonly subject: Subject,
    private readonly instances: Instances,
  ) {
    this.#probe = subject.lockProbe === undefined ? undefined : new LockProbe(machine, subject.lockProbe);
  }

  static async boot(instances: Instances, subject: Subject): Promise<Bench> {
    const bench = new Bench(await instances.boot(), subject, instances);
    await bench.must('mkdir -p /run/kit');
    await bench.#probe?.calibrate();
    return bench;
  }

  stop(): Promise<void> {
    return this.machine.stop();
  }

  /** The mount points of the application's filesystems. */
  get mounts(): readonly string[] {
    return this.subject.volumes.map(({ mount }) => mount);
  }

  /** Sends the document to the agent, and does not wait. */
  begin(command: Stage, executionId: string, more: Parameters = {}): Command {
    const { document, parameters, timeoutSeconds } = this.subject;
    const own = { executionId: [executionId], command: [command] };
    return sendCommand(this.machine, { document, parameters: { ...parameters, ...more, ...own }, timeoutSeconds });
  }

  async send(command: Stage, executionId: string, more: Parameters = {}): Promise<Answer> {
    const began = Date.now();
    const answer = await this.begin(command, executionId, more).ended;
    if (command === 'pre-script' && answer.code === 0)
      this.instances.slowestPre = Math.max(this.instances.slowestPre, (Date.now() - began) / 1_000);
    return answer;
  }

  /** A pre-script that must succeed; the id of its attempt. */
  async hold(more: Parameters = {}): Promise<string> {
    const id = randomUUID();
    const answer = await this.send('pre-script', id, more);
    must(answer.code === 0, `the pre-script ${said(answer)}`);
    return id;
  }

  /** The application's filesystems that are frozen now, and others that are. */
  async frozen(): Promise<{ readonly own: readonly string[]; readonly others: readonly string[] }> {
    const all = lines(await this.must(FROZEN));
    return { own: this.mounts.filter((mount) => all.includes(mount)), others: all.filter((mount) => !this.mounts.includes(mount)) };
  }

  /** Is all of the application frozen (or, for a document that only locks, locked)? */
  async mustHold(when: string): Promise<void> {
    if (!this.subject.freezes) return must(await this.locked(), `${when}, the lock did not hold`);
    const { own } = await this.frozen();
    const loose = this.mounts.filter((mount) => !own.includes(mount));
    must(loose.length === 0, `${when}, not frozen: ${loose.join(', ')}`);
  }

  /** Is nothing frozen, and the lock free? */
  async mustBeFree(when: string): Promise<void> {
    const { own, others } = await this.frozen();
    must(own.length + others.length === 0, `${when}, still frozen: ${[...own, ...others].join(', ')}`);
    if (this.#probe !== undefined) must(await this.#probe.succeeds(), `${when}, the lock was still held`);
  }

  /** Waits until nothing is frozen; the seconds it took. */
  async untilThawed(seconds: number, when: string): Promise<number> {
    const began = Date.now();
    const limit = began + seconds * 1_000;
    while (await this.heldStill()) {
      if (Date.now() > limit) await this.mustBeFree(`${when}, ${seconds} s later`);
      await pause(POLL_MS);
    }
    return (Date.now() - began) / 1_000;
  }

  /** The longest that something may stay frozen. */
  get boundSeconds(): number {
    return this.#autoThawSeconds + GRACE_SECONDS;
  }

  /** Parameters that make the document thaw by itself soon, and yet late enough for its pre-script to hold everything first. */
  get soon(): Parameters {
    const { parameter } = this.subject.autoThaw;
    return parameter === undefined ? {} : { [parameter]: [`${this.#autoThawSeconds}`] };
  }

  get #autoThawSeconds(): number {
    const { seconds, parameter } = this.subject.autoThaw;
    return parameter === undefined ? seconds : Math.max(seconds, Math.ceil(SLOWNESS * this.instances.slowestPre));
  }

  /** Those of the mounts where a write does not get through: at once, or in the end. */
  async unwritable(within: 'half a second' | 'long', mounts = this.mounts): Promise<readonly string[]> {
    return lines(await this.must(write(mounts, within === 'long' ? WRITE_SECONDS : 0.5)));
  }

  /** Does the lock stop the probe's write? */
  async locked(): Promise<boolean> {
    if (this.#probe === undefined) throw new Error('no --lock-probe');
    return this.#probe.isStopped();
  }

  thawAll(): Promise<string> {
    return this.must(thaw(this.mounts));
  }

  mountTable(): Promise<string> {
    return this.must('cat /proc/self/mountinfo');
  }

  files(): Promise<string> {
    return this.must(listing(this.mounts));
  }

  /** Are all processes that commands of the agent left behind at their end soon? */
  async mustBeAlone(): Promise<void> {
    const limit = Date.now() + END_SECONDS * 1_000;
    for (;;) {
      const [left] = lines(await this.must(LEFT_OVER));
      if (left === undefined) return;
      must(Date.now() < limit, `a process is left: ${left}`);
      await pause(POLL_MS);
    }
  }

  /** From now on each freeze is noted, and after each the script is held up until `goOn` when `pausing`. */
  async watchFreezes(pausing: boolean): Promise<void> {
    for (const tool of ['fsfreeze', 'xfs_freeze']) await this.must(replaceProgram(tool, WATCHED_FREEZE));
    if (pausing) await this.must(': >/run/kit/pause');
  }

  goOn(): Promise<string> {
    return this.must('rm -f /run/kit/pause');
  }

  async freezesSeen(): Promise<readonly string[]> {
    return lines(await this.must('cat /run/kit/frozen 2>/dev/null; exit 0'));
  }

  async must(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.machine.run(script);
    if (code !== 0) throw new Error(`in the instance: exit ${code}: ${stderr.trim().slice(-400)}\n${script}`);
    return stdout;
  }

  async works(script: string): Promise<boolean> {
    return (await this.machine.run(script)).code === 0;
  }

  private async heldStill(): Promise<boolean> {
    if (!this.subject.freezes) return this.locked();
    const { own, others } = await this.frozen();
    return own.length + others.length > 0;
  }
}

const lines = (text: string): readonly string[] => text.split('\n').filter(Boolean);
