import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findResultLine, type ResultLine } from '../../../lambda/core/result-line';
import { type Ended, type Running, start, until } from './process';
import { type DocumentName, documentNamed, scriptOf } from './rendered';

export interface Volume {
  readonly mount: string;
  /** @default ext4 */
  readonly type?: 'ext4' | 'xfs' | 'ext3';
  /** @default rw */
  readonly options?: string;
  /** Where the image file is made. @default /srv/images, a tmpfs */
  readonly folder?: string;
}

/** A script's end, with the result line that it printed. */
export interface Answer extends Ended {
  readonly line: ResultLine | undefined;
}

/** A script that the agent has begun. */
export interface Command extends Running {
  readonly answer: Promise<Answer>;
  /** What the agent does on a timeout and on a cancel. */
  kill(): void;
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** A small host in namespaces of its own, with loop-mounted volumes that may be frozen. `stop` leaves nothing behind. */
export class Host {
  private constructor(
    private readonly child: ChildProcess,
    private readonly pid: number,
  ) {}

  private volumes = 0;

  /** @param userland a folder to lay over the host's root, with other programs than the machine's own */
  static async boot(userland = ''): Promise<Host> {
    const init = readFileSync(join(import.meta.dirname, 'init.sh'), 'utf8');
    const args = [
      '--mount',
      '--pid',
      '--ipc',
      '--fork',
      '--kill-child=TERM',
      '--propagation',
      'private',
      'bash',
      '-c',
      init,
      'init',
      userland,
    ];
    // A session of its own: what ends the tests must not end the host before it has thawed.
    const child = spawn('unshare', args, { cwd: '/', stdio: ['pipe', 'pipe', 'inherit'], detached: true });
    child.stdout.setEncoding('utf8');
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const pid = Number(readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim());
    return new Host(child, pid);
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.child.once('close', resolve));
    this.child.stdin?.end();
    await closed;
  }

  private nsenter(command: readonly string[]): Running {
    return start('nsenter', ['-t', String(this.pid), '-m', '-p', '-i', '--', ...command]);
  }

  /** Runs a shell text as root on the host. */
  async sh(script: string): Promise<Ended> {
    return this.nsenter(['bash', '-c', script]).ended;
  }

  /** The same, for what must succeed; its output. */
  async must(script: string): Promise<string> {
    const ended = await this.sh(script);
    if (ended.code !== 0) throw new Error(`${script}: exit ${ended.code}: ${ended.stderr}`);
    return ended.stdout.trim();
  }

  /** Makes a filesystem in a file and mounts it; its loop device. */
  async volume({ mount, type = 'ext4', options = 'rw', folder = '/srv/images' }: Volume): Promise<string> {
    const image = `${folder}/${++this.volumes}`;
    const size = type === 'xfs' ? '320M' : '16M';
    const make = `truncate -s ${size} ${quote(image)}; mkfs.${type} -q ${quote(image)}; mkdir -p ${quote(mount)}`;
    await this.must(`set -e; ${make}; mount -o loop,${options} ${quote(image)} ${quote(mount)}`);
    await this.hold(mount);
    return this.must(`losetup -n -O NAME -j ${quote(image)}`);
  }

  /** Sees to it that the filesystem is thawed in the end. */
  private async hold(mount: string): Promise<void> {
    const held = new Promise((resolve) => this.child.stdout?.once('data', resolve));
    this.child.stdin?.write(`hold ${mount}\n`);
    await held;
  }

  /** Writes a hook of the `scripted` document. */
  async hook(name: string, body: string): Promise<void> {
    await this.must(`mkdir -p /run/app; printf '%s\\n' ${quote(body)} >/run/app/${name}`);
  }

  /** Begins a document as the agent does: a script file, exec'd through sh, in a process group of its own. */
  async begin(document: DocumentName, parameters: Readonly<Record<string, string>>): Promise<Command> {
    const file = `/var/agent/${randomUUID()}.sh`; // not below /run, which a test may fill
    const script = scriptOf(documentNamed(document), parameters);
    await this.must(`mkdir -p /var/agent; printf '%s' ${quote(script)} >${file}; chmod 700 ${file}`);
    const running = this.nsenter(['sh', '-c', file]);
    const answer = running.ended.then((ended) => ({ ...ended, line: findResultLine(ended.stdout) }));
    const kill = (): void => {
      if (running.child.pid !== undefined) process.kill(-running.child.pid, 'SIGKILL');
    };
    return { ...running, answer, kill };
  }

  async run(document: DocumentName, parameters: Readonly<Record<string, string>>): Promise<Answer> {
    return (await this.begin(document, parameters)).answer;
  }

  /** Is the filesystem frozen? Found without writing: a second freeze is refused as busy. */
  async frozen(mount: string): Promise<boolean> {
    const probe = await this.sh(`LC_ALL=C fsfreeze -f ${quote(mount)} && fsfreeze -u ${quote(mount)}`);
    return probe.stderr.includes('busy');
  }

  /** The last value of a key in an attempt's journal. */
  async journal(executionId: string, key: string): Promise<string> {
    return (await this.sh(`sed -n 's/^${key}=//p' /run/stillpoint/attempts/${executionId}/journal | tail -n 1`)).stdout.trim();
  }

  async untilPhase(executionId: string, phase: string): Promise<void> {
    await until(`phase ${phase}`, async () => (await this.journal(executionId, 'phase')) === phase);
  }

  /** The guardian's process id on the host. */
  async guardian(executionId: string): Promise<string> {
    return (await this.journal(executionId, 'guardian')).split(' ')[0] ?? '';
  }

  /** Names of the processes on the host, but for its first one and the one that asks. */
  async processes(): Promise<readonly string[]> {
    const script =
      'for p in /proc/[0-9]*; do p=${p#/proc/}; [[ $p == 1 || $p == $$ ]] || { read -r name <"/proc/$p/comm"; echo "$name"; }; done 2>/dev/null';
    return (await this.must(script)).split('\n').filter((name) => name !== '');
  }
}

/** Runs a test on a host of its own. */
export const onHost =
  (test: (host: Host) => Promise<void>, userland = '') =>
  async (): Promise<void> => {
    const host = await Host.boot(userland);
    try {
      await test(host);
    } finally {
      await host.stop();
    }
  };

/** The parameters of one attempt's scripts. */
export const attempt = (extra: Readonly<Record<string, string>> = {}): Attempt => {
  const executionId = randomUUID();
  const of = (command: string) => ({ executionId, command, ...extra });
  return { id: executionId, pre: of('pre-script'), post: of('post-script') };
};

export interface Attempt {
  readonly id: string;
  readonly pre: Readonly<Record<string, string>>;
  readonly post: Readonly<Record<string, string>>;
}
