/**
 * The causes that are the same for every document, on real filesystems. A document's own test file calls
 *
 *   describeCauses(['mariadb'], { document: 'mysql', parameters: { ... }, setUp: async (host) => {
 *     await host.volume({ mount: '/srv/data' });
 *     await serve(host);                                            // a real server, on that volume
 *     return {
 *       mounts: ['/srv/data'],                                      // what the document freezes
 *       locked: () => ...,                                          // does the application hold still? Asked also when it must not
 *       processes: ['mariadbd'],                                    // names (comm) of what stays
 *     };
 *   } });
 *
 * After each row nothing is frozen, nothing is locked and no process is left; what a foreign freezer held is still held. The rows share
 * one host, as attempts do in life; after one that failed the next begins on another host.
 */
import { randomUUID } from 'node:crypto';
import { type CapabilityName, describeWith } from '../../support/capabilities';
import { hinder } from './hinder';
import { type Answer, type Attempt, attempt, Host } from './host';
import { until } from './process';
import type { DocumentName } from './rendered';

/** A host with the application on it. */
export interface Scene {
  /** What the document freezes. */
  readonly mounts: readonly string[];
  /** @default nothing is locked */
  readonly locked?: () => Promise<boolean>;
  /** Names of the processes that stay. @default none */
  readonly processes?: readonly string[];
}

export interface Subject {
  readonly document: DocumentName;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly setUp: (host: Host) => Promise<Scene>;
}

/** A filesystem of nobody, which the document is told to freeze as well; it is frozen last. */
const EXTRA = '/srv/extra';
const FULL = 'mount -o remount,size=$(($(df -k --output=used /run | tail -n 1) + 256))k /run; cat /dev/zero >/run/fill 2>/dev/null || :';

/** The rows' host, with the document's parameters in every attempt. */
class Stage {
  private undos: string[] = [];

  private constructor(
    readonly host: Host,
    private readonly subject: Subject,
    private readonly scene: Scene,
    private readonly others: readonly string[],
  ) {}

  static async open(subject: Subject): Promise<Stage> {
    const host = await Host.boot();
    try {
      await host.volume({ mount: EXTRA });
      const before = await host.processes();
      return new Stage(host, subject, await subject.setUp(host), before);
    } catch (error) {
      await host.stop();
      throw error;
    }
  }

  /** What puts the host back for the next row. */
  afterwards(undo: string): void {
    this.undos.unshift(undo);
  }

  async undo(): Promise<void> {
    for (const undo of this.undos.splice(0)) await this.host.must(undo);
  }

  async hinder(body: string): Promise<void> {
    await hinder(this.host, body);
    this.afterwards('umount "$(command -v fsfreeze)"');
  }

  /** Fills /run; removing /run/fill makes room again. */
  async fillRun(): Promise<void> {
    await this.host.must(FULL);
    this.afterwards('rm -f /run/fill; mount -o remount,size=50% /run');
  }

  attempt(extra: Readonly<Record<string, string>> = {}): Attempt {
    return attempt({ ...this.subject.parameters, ...extra });
  }

  /** An attempt that is to freeze {@link EXTRA} as well. */
  wider(extra: Readonly<Record<string, string>> = {}): Attempt {
    const own = this.subject.parameters?.['includePaths'];
    return this.attempt({ ...extra, includePaths: own === undefined ? EXTRA : `${own},${EXTRA}` });
  }

  run(parameters: Readonly<Record<string, string>>): Promise<Answer> {
    return this.host.run(this.subject.document, parameters);
  }

  begin(parameters: Readonly<Record<string, string>>) {
    return this.host.begin(this.subject.document, parameters);
  }

  async expectHeld(): Promise<void> {
    for (const mount of this.scene.mounts) expect({ mount, frozen: await this.host.frozen(mount) }).toEqual({ mount, frozen: true });
    // Nobody is asked whether it is locked while its files are frozen: the answer might have to be written.
  }

  /** What must be true after each row. */
  async expectClean(foreign: readonly string[] = []): Promise<void> {
    for (const mount of [...this.scene.mounts, EXTRA]) {
      expect({ mount, frozen: await this.host.frozen(mount) }).toEqual({ mount, frozen: foreign.includes(mount) });
    }
    const { locked = async () => false, processes = [] } = this.scene;
    await until('nothing is locked', async () => !(await locked()));
    const known = new Set([...processes, ...this.others]);
    await until('no process is left', async () => (await this.host.processes()).every((name) => known.has(name)));
  }
}

type Row = readonly [string, (stage: Stage) => Promise<void>];

const NO_HOLD = { code: 201, line: { result: 'failed' } };

const ROWS: readonly Row[] = [
  [
    '0: pre holds, post releases',
    async (stage) => {
      const { pre, post } = stage.attempt();
      expect(await stage.run(pre)).toMatchObject({ code: 0, line: { result: 'held' } });
      await stage.expectHeld();
      expect(await stage.run(post)).toMatchObject({ code: 0, line: { result: 'released', thawedBy: 'post' } });
    },
  ],
  [
    'a partial freeze: what is frozen already goes back when one more can not be frozen',
    async (stage) => {
      await stage.hinder('[[ $1 != -f || $(stat -L -c %d "$2") != $(</run/refuse) ]] || { echo "freeze failed" >&2; exit 1; }');
      await stage.host.must(`stat -c %d ${EXTRA} >/run/refuse`);
      const { pre, post } = stage.wider();
      expect(await stage.run(pre)).toMatchObject(NO_HOLD);
      expect(await stage.run(post)).toMatchObject({ code: 205 });
    },
  ],
  [
    'a pre-script twice: the same answer',
    async (stage) => {
      const { pre, post } = stage.attempt();
      const first = await stage.run(pre);
      expect(await stage.run(pre)).toMatchObject({ code: 0, stdout: first.stdout });
      await stage.expectHeld();
      expect(await stage.run(post)).toMatchObject({ code: 0 });
    },
  ],
  [
    'a pre-script with another id: 204, and the first goes on holding',
    async (stage) => {
      const [first, second] = [stage.attempt(), stage.attempt()];
      await stage.run(first.pre);
      expect(await stage.run(second.pre)).toMatchObject({ code: 204 });
      await stage.expectHeld();
      expect(await stage.run(second.post)).toMatchObject({ code: 205 });
      expect(await stage.run(first.post)).toMatchObject({ code: 0 });
    },
  ],
  [
    'a post-script twice: the same answer',
    async (stage) => {
      const { pre, post } = stage.attempt();
      await stage.run(pre);
      const first = await stage.run(post);
      expect(await stage.run(post)).toMatchObject({ code: 0, stdout: first.stdout });
    },
  ],
  [
    'a post-script with another id: 205, and the hold goes on',
    async (stage) => {
      const { pre, post } = stage.attempt();
      await stage.run(pre);
      expect(await stage.run(stage.attempt().post)).toMatchObject({ code: 205 });
      await stage.expectHeld();
      expect(await stage.run(post)).toMatchObject({ code: 0 });
    },
  ],
  [
    'a post-script after the auto-thaw: 203',
    async (stage) => {
      const { id, pre, post } = stage.attempt({ autoThawSeconds: '5' });
      expect(await stage.run(pre)).toMatchObject({ code: 0 });
      await stage.host.untilPhase(id, 'auto-thawed');
      await stage.expectClean();
      expect(await stage.run(post)).toMatchObject({ code: 203, line: { thawedBy: 'auto-thaw' } });
    },
  ],
  [
    'a script killed with its group, in the middle of freezing: nothing is held',
    async (stage) => {
      await stage.hinder('if [[ $1 == -f && -e /run/slow ]]; then touch /run/slowed; until [[ ! -e /run/slow ]]; do sleep 0.02; done; fi');
      await stage.host.must('touch /run/slow');
      const { id, pre, post } = stage.attempt();
      const command = await stage.begin(pre);
      await until('it freezes', async () => (await stage.host.sh('ls /run/slowed')).code === 0);
      command.kill();
      await command.answer;
      await stage.host.must('rm /run/slow');
      await stage.host.untilPhase(id, 'failed');
      expect(await stage.run(post)).toMatchObject({ code: 205 });
    },
  ],
  [
    'a killed guardian: the post-script ends what it held, and does not call it held',
    async (stage) => {
      const { id, pre, post } = stage.attempt();
      await stage.run(pre);
      await stage.host.must(`kill -KILL ${await stage.host.guardian(id)}`);
      const answer = await stage.run(post);
      expect(answer).toMatchObject({ code: 203, line: { result: 'failed' } });
      expect(answer.line?.filesystems.filter(({ held }) => held)).toEqual([]);
    },
  ],
  [
    'a killed guardian: the next pre-script ends what it held, and begins',
    async (stage) => {
      const [first, second] = [stage.attempt(), stage.attempt()];
      await stage.run(first.pre);
      await stage.host.must(`kill -KILL ${await stage.host.guardian(first.id)}`);
      expect(await stage.run(second.pre)).toMatchObject({ code: 0, line: { result: 'held' } });
      await stage.expectHeld();
      expect(await stage.run(second.post)).toMatchObject({ code: 0 });
    },
  ],
  [
    'a late pre-script after its post: 201, nothing begins',
    async (stage) => {
      const { pre, post } = stage.attempt();
      await stage.run(pre);
      await stage.run(post);
      expect(await stage.run(pre)).toMatchObject(NO_HOLD);
    },
  ],
  [
    'a post-script in another boot: 205 rebooted',
    async (stage) => {
      const { id, pre, post } = stage.attempt();
      await stage.run(pre);
      await stage.host.must(`kill ${await stage.host.guardian(id)}`); // as the end of the boot would
      await stage.host.untilPhase(id, 'auto-thawed');
      await stage.host.must(`echo ${randomUUID()} >/run/boot-id && mount --bind /run/boot-id /proc/sys/kernel/random/boot_id`);
      stage.afterwards('umount /proc/sys/kernel/random/boot_id');
      expect(await stage.run(post)).toMatchObject({ code: 205, line: { result: 'rebooted' } });
    },
  ],
  [
    'a full /run before: 201, nothing is held',
    async (stage) => {
      await stage.fillRun();
      const { pre } = stage.attempt();
      expect(await stage.run(pre)).toMatchObject({ code: 201 });
      await stage.expectClean();
      await stage.host.must('rm /run/fill');
      const again = stage.attempt();
      expect(await stage.run(again.pre)).toMatchObject({ code: 0 });
      expect(await stage.run(again.post)).toMatchObject({ code: 0 });
    },
  ],
  [
    'a /run that fills up during the hold: all is released',
    async (stage) => {
      const { pre, post } = stage.attempt();
      expect(await stage.run(pre)).toMatchObject({ code: 0 });
      await stage.fillRun();
      expect(await stage.run(post)).toMatchObject({ code: 0, line: { result: 'released' } });
      await stage.expectClean();
      await stage.host.must('rm /run/fill');
    },
  ],
  [
    'two attempts at once: one holds, the other is told so',
    async (stage) => {
      const attempts = [stage.attempt(), stage.attempt()];
      const answers = await Promise.all(attempts.map(({ pre }) => stage.run(pre)));
      expect(answers.map(({ code }) => code).sort()).toEqual([0, 204]);
      const posts = await Promise.all(attempts.map(({ post }) => stage.run(post)));
      expect(posts.map(({ code }) => code).sort()).toEqual([0, 205]);
    },
  ],
  [
    'another document meanwhile: 204, and the hold goes on',
    async (stage) => {
      const { pre, post } = stage.attempt();
      await stage.run(pre);
      const other = attempt({ includePaths: EXTRA });
      expect(await stage.host.run('filesystem', other.pre)).toMatchObject({ code: 204 });
      expect(await stage.host.run('filesystem', other.post)).toMatchObject({ code: 205 });
      await stage.expectHeld();
      expect(await stage.run(post)).toMatchObject({ code: 0 });
    },
  ],
];

const FOREIGN: Row = [
  'a foreign freeze: 204, and it is left as it was',
  async (stage) => {
    await stage.host.must(`fsfreeze -f ${EXTRA}`);
    const { pre, post } = stage.wider();
    expect(await stage.run(pre)).toMatchObject({ code: 204 });
    expect(await stage.run(post)).toMatchObject({ code: 205 });
    await stage.expectClean([EXTRA]);
    await stage.host.must(`fsfreeze -u ${EXTRA}`);
  },
];

/** Runs every row with a document. `capabilities`: what it needs beside filesystems. */
export const describeCauses = (capabilities: readonly CapabilityName[], subject: Subject): void => {
  describeWith(['mount-namespaces', 'loop-devices', 'ext4', ...capabilities], `every cause of ${subject.document}`, () => {
    jest.setTimeout(90_000);
    let shared: Stage | undefined;
    afterAll(() => shared?.host.stop());
    test.each([...ROWS, FOREIGN])('%s', async (_, row) => {
      const stage = shared ?? (await Stage.open(subject));
      shared = undefined;
      try {
        await row(stage);
        await stage.expectClean();
        await stage.undo();
        shared = stage;
      } finally {
        if (shared === undefined) await stage.host.stop();
      }
    });
  });
};
