/**
 * What the sandbox's AWS side and its instances know of each other. `real` instances are namespaces with loop-mounted
 * volumes; `directory` instances are folders (no root, or no loop devices).
 */
export type Mode = 'real' | 'directory';

export interface VolumeSpec {
  /** `vol-` and 17 hexadecimal digits. */
  readonly id: string;
  /** EC2 device name of the attachment, for example /dev/sdf. */
  readonly deviceName: string;
  readonly sizeMiB: number;
  readonly volumeType: string;
  /** EC2's tags of it. */
  readonly tags?: Readonly<Record<string, string>>;
  /** ARN of the KMS key that it is encrypted under, as EC2 tells it; the bytes are not. Absent: unencrypted. */
  readonly kmsKeyId?: string;
  readonly filesystem: 'ext4' | 'xfs' | 'none';
  /** Absolute mount point inside the instance; absent: not mounted. */
  readonly mount?: string;
  readonly mountOptions?: string;
  /** Its first content: a snapshot in the same store, of a volume with the same filesystem. Absent: formatted, and empty. */
  readonly snapshotId?: string;
}

export interface ApplicationSpec {
  /**
   * A folder of the machine that the instance must see at the same path, also when it lies on another filesystem than `/` or below /tmp:
   * the application's files, which the commands name.
   */
  readonly folder?: string;
  /** Command line run inside the instance (bash -c) with the instance, and ended with it. */
  readonly start: string;
  /** Exits 0 when the application serves. Polled at start. */
  readonly ready: string;
  /** Exits 0 when the invariant holds on the files under $RESTORED (the instance's root of a restored set). */
  readonly verify: string;
}

export interface InstanceSpec {
  readonly id: string;
  readonly volumes: readonly VolumeSpec[];
  readonly application?: ApplicationSpec;
}

export interface RunResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** One instance's machine: its filesystems and processes, without EC2's or SSM's view of it. */
export interface Machine {
  readonly spec: InstanceSpec;
  readonly mode: Mode;
  /** Boot: mounts, application. */
  start(): Promise<void>;
  /** Power off: everything in it ends, nothing is left frozen or mounted. Idempotent. */
  stop(): Promise<void>;
  /** Run a shell text as root inside (for set-up and checks; not through the agent). */
  run(script: string): Promise<RunResult>;
  /** Mount points of this instance's filesystems that are frozen now, found without writing to them. */
  frozen(): Promise<readonly string[]>;
  /** The SSM Agent on it. */
  readonly agent: Agent;
}

/** The status of an invocation, and of a step in it, in SSM's words. */
export type InvocationStatus = 'Pending' | 'InProgress' | 'Delayed' | 'Success' | 'Cancelled' | 'TimedOut' | 'Failed' | 'Cancelling';

export interface StepResult {
  readonly name: string;
  readonly plugin: string;
  readonly status: InvocationStatus;
  /** SSM's StatusDetails, for example `Execution Timed Out`, `Delivery Timed Out`. */
  readonly statusDetails: string;
  /** -1 until the step has ended. */
  readonly responseCode: number;
  /** At most 24,000 and 8,000 characters. */
  readonly stdout: string;
  readonly stderr: string;
  readonly startedAt?: Date;
  readonly endedAt?: Date;
}

export interface AgentCommand {
  readonly commandId: string;
  /** As it was sent for: AWS's own documents have stand-ins. */
  readonly documentName?: string;
  /** The document's content as a JSON value (schemaVersion 2.2). */
  readonly document: unknown;
  /** As given to SendCommand; the agent fills in the document's defaults. */
  readonly parameters: Readonly<Record<string, readonly string[]>>;
}

export interface InvocationUpdate {
  readonly status: InvocationStatus;
  readonly statusDetails: string;
  readonly steps: readonly StepResult[];
}

/** A faithful stand-in for the SSM Agent (aws-facts.md, SSM Agent), five workers. */
export interface Agent {
  /** Queue a command; `onUpdate` is called on every change, last with a final status. */
  send(command: AgentCommand, onUpdate: (update: InvocationUpdate) => void): void;
  /** SIGKILL to the script's process group, or drop it from the queue. */
  cancel(commandId: string): void;
}

/** The image files under all volumes and snapshots of a sandbox. */
export interface VolumeStore {
  readonly mode: Mode;
  /** Copy the volumes at one point in time. Keys are volume ids, values the new snapshots' ids. */
  snapshot(snapshotIds: ReadonlyMap<string, string>): Promise<void>;
  /** Copy a snapshot under a new id. */
  copySnapshot(snapshotId: string, copyId: string): Promise<void>;
  deleteSnapshot(snapshotId: string): Promise<void>;
  /**
   * Mount copies of a set as an instance would see them and run `script` with RESTORED set to their common root
   * (each filesystem at its old mount point below it; xfs with nouuid). Everything is unmounted afterwards.
   */
  verify(restored: readonly { readonly volume: VolumeSpec; readonly snapshotId: string }[], script: string): Promise<RunResult>;
}
