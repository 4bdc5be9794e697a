import type { SwitchedOn } from '../core/lifecycle/fast-restore/plan-fast-restore';

/** EC2's answer where it did not do what was asked. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
}

/** Who may make volumes of a snapshot. Each call that changes it is for one account, which IAM holds by a condition. */
export interface VolumePermissions {
  /** Ids of the other accounts that may. */
  accounts(snapshotId: string): Promise<readonly string[]>;
  /** Undefined: done. */
  add(snapshotId: string, account: string): Promise<Refusal | undefined>;
  remove(snapshotId: string, account: string): Promise<Refusal | undefined>;
}

/** A refusal for a snapshot in a zone. */
export interface SwitchRefusal extends Refusal {
  readonly snapshotId: string;
}

/** Fast snapshot restore, switched for any number of snapshots in one zone: its name, or its id. */
export interface FastRestores {
  /** All of this Region. */
  switchedOn(): Promise<SwitchedOn>;
  /** Ids of snapshots that were switched off and are not yet: EC2 does not delete them. */
  endingNow(): Promise<ReadonlySet<string>>;
  enable(snapshotIds: readonly string[], zone: string): Promise<readonly SwitchRefusal[]>;
  disable(snapshotIds: readonly string[], zone: string): Promise<readonly SwitchRefusal[]>;
}
