import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { rootEnvironment } from './application';
import { detectMode } from './detect-mode';
import { DirectoryMachine } from './directory-machine';
import { DirectoryStore } from './directory-store';
import { ImageStore, type RestoreRunner } from './image-store';
import { Namespace } from './namespace';
import { NamespaceMachine } from './namespace-machine';
import type { InstanceSpec, Machine, Mode, VolumeStore } from './ports';
import { inPrivateNamespace } from './private-namespace';
import { captured } from './processes';

export { detectMode } from './detect-mode';
export type * from './ports';
export { inPrivateNamespace, privateCommand, runInPrivateNamespace } from './private-namespace';

export interface MachinesOptions {
  /** Working folder, created, the sandbox's alone. After `close` only logs are left: `instances/ID/application.log`. */
  readonly folder: string;
  /** @default what detectMode finds */
  readonly mode?: Mode;
  /** AWS_SSM_REGION_NAME of the agents. @default eu-west-1 */
  readonly region?: string;
}

/** The machines of a sandbox and the store under their volumes. */
export interface Machines {
  readonly mode: Mode;
  readonly store: VolumeStore;
  /** Makes an instance known; it boots with `start`. */
  machine(spec: InstanceSpec): Machine;
  /** Stops all machines, unmounts the store and removes its images. Idempotent. */
  close(): Promise<void>;
}

/** What a killed sandbox may have left in its working folder. */
const LEFT_OVERS = ['store', 'store.img', 'snapshots', 'instances', 'restore'];

/**
 * Opens an empty set of machines. For real ones the process must already have a mount namespace of its own
 * (runInPrivateNamespace), so that the machine's mount table is never touched.
 */
export const createMachines = async (options: MachinesOptions): Promise<Machines> => {
  const mode = options.mode ?? (await detectMode()).mode;
  if (mode === 'real' && !inPrivateNamespace()) {
    throw new Error('real instances need a mount namespace of their own: call runInPrivateNamespace first');
  }
  for (const left of LEFT_OVERS) rmSync(join(options.folder, left), { recursive: true, force: true });
  mkdirSync(options.folder, { recursive: true });
  const region = options.region ?? 'eu-west-1';
  return mode === 'real' ? realMachines(options.folder, region) : directoryMachines(options.folder, region);
};

const realMachines = async (folder: string, region: string): Promise<Machines> => {
  const applications = new Set<string>();
  const store = await ImageStore.create(folder, restoreRunner(join(folder, 'restore'), applications));
  const make = (spec: InstanceSpec): Machine => {
    if (spec.application?.folder) applications.add(spec.application.folder);
    return new NamespaceMachine(spec, instanceFolder(folder, spec), store, region);
  };
  return kept('real', store, make, () => store.close());
};

const directoryMachines = (folder: string, region: string): Machines => {
  const store = new DirectoryStore(folder);
  const remove = async (): Promise<void> => store.close();
  return kept('directory', store, (spec) => new DirectoryMachine(spec, instanceFolder(folder, spec), store, region), remove);
};

const instanceFolder = (folder: string, spec: InstanceSpec): string => {
  const path = join(folder, 'instances', spec.id);
  mkdirSync(path, { recursive: true });
  return path;
};

const kept = (mode: Mode, store: VolumeStore, make: (spec: InstanceSpec) => Machine, closeStore: () => Promise<void>): Machines => {
  const machines: Machine[] = [];
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    const stops = await Promise.allSettled(machines.map((machine) => machine.stop()));
    await closeStore();
    for (const stop of stops) if (stop.status === 'rejected') throw stop.reason;
  };
  return {
    mode,
    store,
    machine: (spec) => {
      const machine = make(spec);
      machines.push(machine);
      return machine;
    },
    close: () => (closed ??= close()),
  };
};

/** A restored set is looked at from an instance of its own, so that whatever the script starts or mounts ends with it. */
const restoreRunner = (folder: string, applications: ReadonlySet<string>): RestoreRunner => {
  let count = 0;
  return async (images, script) => {
    const namespace = await Namespace.boot(join(folder, `${count++}`), images, [...applications]);
    try {
      return await captured(namespace.spawn(['bash', '-c', script], { env: rootEnvironment('') }).process);
    } finally {
      await namespace.shutDown();
    }
  };
};
