import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { open, rename, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { MountedImage } from './namespace';
import type { RunResult, VolumeSpec, VolumeStore } from './ports';
import { mustRun } from './processes';

const SNAPSHOT = join(import.meta.dirname, 'snapshot.sh');
const STORE_SIZE = 64 * 1024 ** 3; // sparse: takes what is written
const XFS_MINIMUM_MIB = 300; // mkfs.xfs refuses less
const MIB = 1024 ** 2;

/** Where a volume is mounted now: pid 1 of its instance, and the path inside. */
interface Attachment {
  readonly volume: VolumeSpec;
  pid?: number;
}

/** Runs a script on images that are mounted as an instance would see them. */
export type RestoreRunner = (images: readonly MountedImage[], script: string) => Promise<RunResult>;

/**
 * The images of all volumes and snapshots. They lie on an xfs of their own (a sparse file), where a copy shares its extents with
 * the original and takes a few milliseconds; without mkfs.xfs in a plain folder, copied as sparse files.
 */
export class ImageStore implements VolumeStore {
  readonly mode = 'real';
  readonly #volumes = new Map<string, Attachment>();

  private constructor(
    private readonly folder: string,
    private readonly reflink: boolean,
    private readonly runRestored: RestoreRunner,
  ) {}

  /** The calling process must be in a mount namespace of its own. */
  static async create(folder: string, runRestored: RestoreRunner): Promise<ImageStore> {
    const store = join(folder, 'store');
    mkdirSync(store, { recursive: true });
    const reflink = await mountReflinked(join(folder, 'store.img'), store);
    return new ImageStore(store, reflink, runRestored);
  }

  /** Makes a volume known, so that it has an image when it is first needed. */
  register(volume: VolumeSpec): void {
    this.#volumes.set(volume.id, { volume });
  }

  /** Tells where a volume is mounted, or that it is no longer. */
  attach(volumeId: string, pid: number | undefined): void {
    const attachment = this.#attachment(volumeId);
    if (pid === undefined) delete attachment.pid;
    else attachment.pid = pid;
  }

  /** The volume's image, made on first use: formatted, or a copy of its snapshot. */
  async image(volumeId: string): Promise<string> {
    const path = this.#path(volumeId);
    if (existsSync(path)) return path;
    const { volume } = this.#attachment(volumeId);
    if (volume.snapshotId === undefined) await format(path, volume);
    else await this.#copy(volume.snapshotId, path);
    return path;
  }

  async snapshot(snapshotIds: ReadonlyMap<string, string>): Promise<void> {
    const rows: string[][] = [];
    for (const volumeId of this.#innerFirst([...snapshotIds.keys()])) {
      rows.push([await this.image(volumeId), this.#path(snapshotIds.get(volumeId) ?? ''), this.#mountPath(volumeId)]);
    }
    try {
      await mustRun(['bash', SNAPSHOT, this.reflink ? 'always' : 'never', ...rows.flat()]);
    } catch (error) {
      for (const [, copy] of rows) await rm(copy ?? '', { force: true });
      throw error;
    }
  }

  async copySnapshot(snapshotId: string, copyId: string): Promise<void> {
    await this.#copy(snapshotId, this.#path(copyId));
  }

  async deleteSnapshot(snapshotId: string): Promise<void> {
    await rm(this.#path(snapshotId), { force: true });
  }

  async verify(restored: Parameters<VolumeStore['verify']>[0], script: string): Promise<RunResult> {
    const images: MountedImage[] = [];
    try {
      for (const { volume, snapshotId } of restored) {
        if (volume.mount === undefined || volume.filesystem === 'none') continue;
        const image = this.#path(`restore-${snapshotId}-${images.length}`);
        // The journal is replayed on mount, so it is a copy of the snapshot that is mounted, never the snapshot.
        await this.#copy(snapshotId, image);
        images.push({ volume, image, mount: join(RESTORED, volume.mount) });
      }
      return await this.runRestored(images, `export RESTORED=${RESTORED}\n${script}`);
    } finally {
      for (const { image } of images) await rm(image, { force: true });
    }
  }

  /** Unmounts the store; everything in it is gone. */
  async close(): Promise<void> {
    if (this.reflink) await mustRun(['umount', '-n', this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #copy(snapshotId: string, path: string): Promise<void> {
    await mustRun(['cp', '--sparse=auto', `--reflink=${this.reflink ? 'always' : 'never'}`, this.#path(snapshotId), path]);
  }

  #path(id: string): string {
    if (!/^[\w-]+$/.test(id)) throw new Error(`not a volume or snapshot id: ${id}`);
    return join(this.folder, `${id}.img`);
  }

  #attachment(volumeId: string): Attachment {
    const attachment = this.#volumes.get(volumeId);
    if (attachment === undefined) throw new Error(`no such volume: ${volumeId}`);
    return attachment;
  }

  #mountPath(volumeId: string): string {
    const { volume, pid } = this.#attachment(volumeId);
    return pid === undefined || volume.mount === undefined ? '' : `/proc/${pid}/root${volume.mount}`;
  }

  /** A filesystem is frozen before the one that its mount point lies on. */
  #innerFirst(volumeIds: readonly string[]): readonly string[] {
    const depth = (id: string): number => this.#mountPath(id).split('/').length;
    return [...volumeIds].sort((a, b) => depth(b) - depth(a));
  }
}

const RESTORED = '/run/restored';

const mountReflinked = async (image: string, folder: string): Promise<boolean> => {
  try {
    await sparseFile(image, STORE_SIZE);
    await mustRun(['mkfs.xfs', '-q', '-K', '-m', 'reflink=1', image]);
    await mustRun(['mount', '-n', '-o', 'loop', image, folder]);
    return true;
  } catch {
    return false; // no mkfs.xfs, or no xfs in the kernel: plain copies do
  } finally {
    await rm(image, { force: true }); // lives as long as it is mounted, so a killed sandbox leaves nothing
  }
};

const sparseFile = async (path: string, size: number): Promise<void> => {
  await (await open(path, 'wx', 0o600)).close();
  await truncate(path, size);
};

const format = async (path: string, volume: VolumeSpec): Promise<void> => {
  const draft = `${path}.new`;
  const mib = volume.filesystem === 'xfs' ? Math.max(volume.sizeMiB, XFS_MINIMUM_MIB) : volume.sizeMiB;
  await rm(draft, { force: true });
  await sparseFile(draft, mib * MIB);
  const few = mib < 64 ? [] : ['-N', '16384', '-J', 'size=8']; // little to write, however big the volume
  const makers = {
    ext4: ['mkfs.ext4', '-q', '-F', '-m', '0', ...few, '-E', 'nodiscard,lazy_itable_init=0', draft],
    xfs: ['mkfs.xfs', '-q', '-K', draft],
    none: undefined,
  } as const;
  const maker = makers[volume.filesystem];
  if (maker !== undefined) await mustRun(maker);
  await rename(draft, path);
};
