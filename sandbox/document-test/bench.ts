import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Machines } from '../instance/index';
import type { InstanceSpec, Machine, VolumeSpec } from '../instance/ports';
import { type Answer, type Command, sendCommand } from './command';
import { must } from './line';
import { FROZEN, LEFT_OVER, listing, replaceProgram, thaw, WATCHED_FSFREEZE, write } from './shell';
import type { Subject } from './subject';

type Parameters = Readonly<Record<string, readonly string[]>>;
export type Stage = 'pre-script' | 'post-script' | 'dry-run';

const POLL_MS = 100;
const PROBE_SECONDS = 2;
/** How long after its time an auto-thaw may come. */
const GRACE_SECONDS = 5;

/** An instance with the application's volumes, on which the document is tried. Stopping it thaws and ends whatever is left. */
export class Bench {
  private constructor(
    private readonly machine: Machine,
    readonly subject: Subject,
  ) {}

  static async boot(machines: Machines, subject: Subject): Promise<Bench> {
    const machine = machines.machine(specOf(subject));
    await machine.start();
    const bench = new Bench(machine, subject);
    await bench.must('mkdir -p /run/kit');
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

  send(command: Stage, executionId: string, more: Parameters = {}): Promise<Answer> {
    return this.begin(command, executionId, more).ended;
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
    if (this.subject.lockProbe !== undefined) must(!(await this.locked()), `${when}, the lock was still held`);
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
    return this.subject.autoThaw.seconds + GRACE_SECONDS;
  }

  /** Those of the mounts where a write gets through at once. */
  async writable(mounts = this.mounts): Promise<readonly string[]> {
    return lines(await this.must(write(mounts)));
  }

  /** Does the lock stop the probe's write? */
  async locked(): Promise<boolean> {
    const { lockProbe } = this.subject;
    if (lockProbe === undefined) throw new Error('no --lock-probe');
    const quoted = `'${lockProbe.replaceAll("'", `'\\''`)}'`;
    const probe = this.machine.run(`timeout -k 1 ${PROBE_SECONDS} bash -c ${quoted} </dev/null >/dev/null 2>&1`);
    const late = pause((PROBE_SECONDS + 3) * 1_000, { code: 124 }, { ref: false }); // it may hang where no signal reaches it
    return (await Promise.race([probe, late])).code !== 0;
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

  async leftOver(): Promise<readonly string[]> {
    return lines(await this.must(LEFT_OVER));
  }

  /** From now on each freeze by fsfreeze is noted, and after each the script is held up when `pausing`. */
  async watchFreezes(pausing: boolean): Promise<void> {
    await this.must(replaceProgram('fsfreeze', WATCHED_FSFREEZE));
    if (pausing) await this.must(': >/run/kit/pause');
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

/** Where the agent keeps scripts: it stands before each complaint of the shell. */
const SCRIPT_PATH = /\/var\/lib\/amazon\/\S*\/_script\.sh: /g;

/** How a command ended, in words. */
export const said = ({ code, heldOutput, stderr }: Answer): string => {
  if (heldOutput) return 'ended, but a child of it held its output';
  if (code === undefined) return 'did not end in time';
  const words = stderr.replace(/failed to run commands: exit status \d+$/, '').trim();
  const last = words.split('\n').at(-1)?.replaceAll(SCRIPT_PATH, '').slice(0, 160) ?? '';
  return `ended with ${code}${last === '' ? '' : ` ("${last}")`}`;
};

const lines = (text: string): readonly string[] => text.split('\n').filter(Boolean);

const EXT4_MIB = 256;

const specOf = ({ volumes, bystanders, server }: Subject): InstanceSpec => {
  const all = [...volumes, ...bystanders.map((mount) => ({ mount, filesystem: 'ext4' as const }))];
  return {
    id: `i-${randomBytes(8).toString('hex')}0`,
    volumes: all.map(volumeSpec),
    ...(server && { application: { ...server, verify: 'true' } }),
  };
};

const volumeSpec = ({ mount, filesystem }: Subject['volumes'][number], index: number): VolumeSpec => ({
  id: `vol-${randomBytes(8).toString('hex')}0`,
  deviceName: `/dev/sd${'fghijklmnop'[index % 11]}`,
  sizeMiB: EXT4_MIB,
  volumeType: 'gp3',
  filesystem,
  mount,
});
