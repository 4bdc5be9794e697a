import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readlinkSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { VolumeSpec } from './ports';
import { childOf, feed, type Inside, type InsideOptions, type InsideProcess, killQuietly, run } from './processes';

const INIT = join(import.meta.dirname, 'instance-init.sh');
const REPOSITORY = resolve(import.meta.dirname, '../..');

/** A volume's image and where it is mounted. */
export interface MountedImage {
  readonly volume: VolumeSpec;
  readonly image: string;
  /** Absolute, inside. */
  readonly mount: string;
}

/** Longer than any thaw and unmount takes; then it is forced. */
const STOP_MS = 10_000;

/**
 * Thaws images that are still attached when their instance's pid 1 is no more, which is so when it was killed the hard way in the
 * middle of a freeze: a frozen filesystem outlives all its mounts, and the writers that hang on it. Mounted once more it can be thawed.
 */
const RELEASE = `
work=$1
shift
for image; do
  loop=$(losetup -n -O NAME -j "$image")
  [[ -n $loop ]] || continue
  mount -n -o nouuid "$loop" "$work" 2>/dev/null || mount -n "$loop" "$work"
  fsfreeze -u "$work"
  umount -n "$work"
done`;

/**
 * The namespaces of one boot of an instance: mounts, processes and /dev of its own over the machine's files (instance-init.sh).
 * Its pid 1 ends it, thawed and unmounted, when this process closes its stdin, that is also when this process dies.
 */
export class Namespace implements Inside {
  readonly root = '';

  private constructor(
    private readonly holder: ChildProcess,
    /** pid 1 of the instance, as seen from here. */
    readonly pid: number,
    private readonly work: string,
    private readonly images: readonly MountedImage[],
  ) {}

  /** Boots. Volumes need not be sorted; `folders` are the machine's that must be visible inside. */
  static async boot(work: string, images: readonly MountedImage[], folders: readonly string[] = []): Promise<Namespace> {
    mkdirSync(work, { recursive: true });
    const volumes = [...images].sort((a, b) => depth(a.mount) - depth(b.mount)).flatMap(initArguments);
    const unshare = ['--mount', '--pid', '--ipc', '--fork', '--kill-child=TERM', '--propagation', 'private'];
    const holder = spawn('unshare', [...unshare, 'bash', INIT, work, randomUUID(), ...volumes], {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true, // not in the terminal's process group: a Ctrl-C is the sandbox's to handle
      env: { PATH: process.env['PATH'], LC_ALL: 'C', BINDS: hiddenFolders(folders).join('\n') },
    });
    try {
      return new Namespace(holder, await ready(holder), work, images);
    } catch (error) {
      rmSync(work, { recursive: true, force: true });
      throw error;
    }
  }

  /** Enters with nsenter; the handshake on descriptor 3 tells the script's process before it begins, so that its group is known. */
  spawn(argv: readonly string[], options: InsideOptions = {}): InsideProcess {
    const enter = ['-t', `${this.pid}`, '--mount', '--pid', '--ipc', '--root', '--wd'];
    const handshake = 'echo >&3; read -r _ <&3; exec 3>&-; exec setsid "$@"';
    const output = options.output ?? 'pipe';
    const child = spawn('nsenter', [...enter, '--', 'sh', '-c', handshake, 'sh', ...argv], {
      stdio: [options.input === undefined ? 'ignore' : 'pipe', output, output, 'pipe'],
      detached: true,
      env: { ...options.env },
    });
    feed(child, options.input);
    return followed(child);
  }

  /** Ends it. Idempotent. */
  async shutDown(): Promise<void> {
    if (!this.#alive()) await this.#release();
    const release = (): void => void this.#release().then(() => killQuietly(this.pid));
    await ended(this.holder, () => this.holder.stdin?.end(), STOP_MS, release);
    await this.#release();
    rmSync(this.work, { recursive: true, force: true });
  }

  /** A pid 1 that was killed has no program any more, and may wait for ever for what hangs on a frozen filesystem. */
  #alive(): boolean {
    try {
      readlinkSync(`/proc/${this.pid}/exe`);
      return true;
    } catch {
      return false;
    }
  }

  async #release(): Promise<void> {
    if (this.images.length === 0) return;
    await run(['bash', '-c', RELEASE, 'release', this.work, ...this.images.map(({ image }) => image)]);
  }
}

const depth = (path: string): number => path.split('/').filter(Boolean).length;

const initArguments = ({ volume, image, mount }: MountedImage): readonly string[] => {
  // Copies of an xfs filesystem carry the UUID of the original that is mounted beside them.
  const options = [volume.mountOptions, volume.filesystem === 'xfs' ? 'nouuid' : undefined].filter(
    (option) => option !== undefined && option !== '',
  );
  return [image, volume.filesystem, mount, options.join(','), volume.id, volume.deviceName];
};

/** Folders that the instance has for itself. */
const OWN = ['/tmp/', '/run/'];

/** What the instance must see and would not: an overlay does not cross mount points, and /tmp and /run are its own. */
const hiddenFolders = (folders: readonly string[]): readonly string[] => {
  const device = statSync('/').dev;
  const needed = new Set([REPOSITORY, dirname(dirname(process.execPath)), ...folders]);
  return [...needed].filter((folder) => statSync(folder).dev !== device || OWN.some((own) => folder.startsWith(own)));
};

const ready = (holder: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    let said = '';
    let complaints = '';
    holder.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    holder.stdin?.on('error', () => undefined); // it ended before we closed it
    holder.once('error', reject);
    holder.once('exit', (code) => reject(new Error(`the instance did not boot (exit ${code}): ${complaints.trim()}`)));
    holder.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const pid = /^ready (\d+)$/m.exec(said)?.[1];
      if (pid !== undefined) resolve(Number(pid));
    });
  });

const followed = (child: ChildProcess): InsideProcess => {
  let inner: number | undefined;
  let killed = false;
  const killGroup = (): void => {
    killed = true;
    if (inner !== undefined) killQuietly(-inner);
    if (child.pid !== undefined) killQuietly(-child.pid);
  };
  const handshake = child.stdio[3];
  if (handshake === undefined || handshake === null || !('write' in handshake)) throw new Error('no handshake descriptor');
  handshake.on('error', () => undefined);
  handshake.once('data', () => {
    inner = child.pid === undefined ? undefined : childOf(child.pid);
    if (killed) killGroup();
    else handshake.write('\n');
  });
  return { process: child, killGroup };
};

/** Asks a process to end and waits for it; after `ms` it is forced. */
const ended = async (child: ChildProcess, ask: () => void, ms: number, force: () => void): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  ask();
  const timer = setTimeout(force, ms);
  await exit;
  clearTimeout(timer);
};
