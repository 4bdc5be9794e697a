import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { rootEnvironment } from './application';
import type { RunResult, VolumeSpec, VolumeStore } from './ports';
import { mustRun, run } from './processes';

/** Volumes that are folders, for machines without root or loop devices: copies are not one point in time. */
export class DirectoryStore implements VolumeStore {
  readonly mode = 'directory';
  readonly #volumes = new Map<string, string>();

  constructor(private readonly folder: string) {
    mkdirSync(join(folder, 'snapshots'), { recursive: true });
  }

  /** Makes a volume known: `path` is its folder. */
  register(volume: VolumeSpec, path: string): void {
    mkdirSync(path, { recursive: true });
    if (volume.snapshotId !== undefined) execFileSync('cp', ['-aT', this.#snapshot(volume.snapshotId), path]);
    this.#volumes.set(volume.id, path);
  }

  async snapshot(snapshotIds: ReadonlyMap<string, string>): Promise<void> {
    for (const [volumeId, snapshotId] of snapshotIds) {
      const path = this.#volumes.get(volumeId);
      if (path === undefined) throw new Error(`no such volume: ${volumeId}`);
      await mustRun(['cp', '-a', path, this.#snapshot(snapshotId)]);
    }
  }

  async copySnapshot(snapshotId: string, copyId: string): Promise<void> {
    await mustRun(['cp', '-a', this.#snapshot(snapshotId), this.#snapshot(copyId)]);
  }

  async deleteSnapshot(snapshotId: string): Promise<void> {
    await rm(this.#snapshot(snapshotId), { recursive: true, force: true });
  }

  async verify(restored: Parameters<VolumeStore['verify']>[0], script: string): Promise<RunResult> {
    const root = await mkdtemp(join(this.folder, 'restored-'));
    try {
      for (const { volume, snapshotId } of restored) {
        if (volume.mount === undefined) continue;
        const target = join(root, volume.mount);
        await mkdir(dirname(target), { recursive: true });
        await mustRun(['cp', '-aT', this.#snapshot(snapshotId), target]);
      }
      return await run(['bash', '-c', script], { ...rootEnvironment(root), RESTORED: root });
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }

  /** Removes volumes and snapshots. */
  async close(): Promise<void> {
    for (const path of [join(this.folder, 'snapshots'), ...this.#volumes.values()])
      await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }); // a copy may still write
  }

  #snapshot(id: string): string {
    if (!/^[\w-]+$/.test(id)) throw new Error(`not a snapshot id: ${id}`);
    return join(this.folder, 'snapshots', id);
  }
}
