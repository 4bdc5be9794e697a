import { randomBytes } from 'node:crypto';
import type { Machines } from '../instance/index';
import type { InstanceSpec, Machine, VolumeSpec } from '../instance/ports';
import type { Subject } from './subject';

/** Room for a small database. The images are sparse, and take what is written. */
const SIZE_MIB = 512;

/** The instances of a run: all alike, each with volumes of its own. What takes long is done once, and every volume is a copy of it. */
export class Instances {
  /** The longest that a pre-script took, in seconds: how slow this machine is. */
  slowestPre = 0;

  private constructor(
    private readonly machines: Machines,
    private readonly subject: Subject,
    private readonly volumes: readonly VolumeSpec[],
  ) {}

  /** Formats the volumes, and runs the subject's `prepare` on an instance that has them. Throws when that fails. */
  static async prepare(machines: Machines, subject: Subject): Promise<Instances> {
    const { volumes, bystanders, prepare } = subject;
    const empty = [...volumes, ...bystanders.map((mount) => ({ mount, filesystem: 'ext4' as const }))].map(volumeSpec);
    const first = machines.machine(specOf(subject, empty, { start: 'true', ready: 'true' }));
    if (prepare !== undefined) await run(first, prepare);
    const copies = empty.map((volume) => ({ ...volume, snapshotId: madeUp('snap') }));
    await machines.store.snapshot(new Map(copies.map(({ id, snapshotId }) => [id, snapshotId])));
    return new Instances(machines, subject, copies);
  }

  /** A new one, which serves. */
  async boot(): Promise<Machine> {
    const volumes = this.volumes.map((volume) => ({ ...volume, id: madeUp('vol') }));
    const machine = this.machines.machine(specOf(this.subject, volumes, this.subject.server ?? { start: 'true', ready: 'true' }));
    await machine.start();
    return machine;
  }
}

const run = async (machine: Machine, script: string): Promise<void> => {
  await machine.start();
  try {
    const { code, stdout, stderr } = await machine.run(script);
    if (code !== 0) throw new Error(`the preparation ended with ${code}: ${script}\n${(stderr.trim() || stdout.trim()).slice(-2_000)}`);
  } finally {
    await machine.stop();
  }
};

const madeUp = (kind: 'i' | 'vol' | 'snap'): string => `${kind}-${randomBytes(8).toString('hex')}0`;

const specOf = ({ folder }: Subject, volumes: readonly VolumeSpec[], server: NonNullable<Subject['server']>): InstanceSpec => ({
  id: madeUp('i'),
  volumes,
  application: { ...server, ...(folder !== undefined && { folder }), verify: 'true' },
});

const volumeSpec = ({ mount, filesystem }: Subject['volumes'][number], index: number): VolumeSpec => ({
  id: madeUp('vol'),
  deviceName: `/dev/sd${'fghijklmnop'[index % 11]}`,
  sizeMiB: SIZE_MIB,
  volumeType: 'gp3',
  filesystem,
  mount,
});
