import type { InstanceSpec, Machine, Mode, VolumeStore } from '../instance/ports';

/** The machines under the sandbox: sandbox/instance, or a test's own. */
export interface Machines {
  readonly mode: Mode;
  readonly store: VolumeStore;
  machine(spec: InstanceSpec): Machine;
  close(): Promise<void>;
}
