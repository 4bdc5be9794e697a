import type { OutgoingEvent, Place } from '../core/event/common';
import type { Trigger } from '../core/lifecycle/request';
import type { Keeper } from '../core/lifecycle/retention/keeper';
import type { Member, SnapshotSet } from '../core/lifecycle/snapshot-set';
import type { MetricValues } from '../core/metric-names';
import type { Instance } from '../core/plan-targets';
import type { Policy } from '../core/policy/policy-schema';
import type { Tags } from '../core/snapshot-tags';
import type { Copies } from './copy-ports';
import type { FastRestores, VolumePermissions } from './share-ports';

/** Whose sets: those that a policy has of an instance, or of all. */
export interface Owner {
  readonly policyId: string;
  readonly instanceId?: string | undefined;
}

/** Whose sets to look after, and why. */
export interface Scope extends Owner {
  readonly trigger: Trigger;
  /** Executions that were closed a moment ago: their verdicts are about to be tagged. */
  readonly closed: readonly string[];
}

/** And which they are. */
export interface View extends Scope {
  /** As it was deployed with this function; undefined when it is gone. A disabled one has its sets confirmed, and nothing of it is deleted. */
  readonly policy: Policy | undefined;
  /** The oldest first. */
  readonly sets: readonly SnapshotSet[];
}

/** The snapshots of this account and region that carry our ownership tag. */
export interface Inventory {
  find(owner: Owner): Promise<readonly Member[]>;
  /** Whose these snapshots are, those of ours among them. */
  ownersOf(snapshotIds: readonly string[]): Promise<readonly Owner[]>;
  /** Policies that have snapshots, also those that are gone. */
  policyIds(): Promise<readonly string[]>;
  tag(members: readonly Member[], tags: Tags): Promise<void>;
}

/** Ending our snapshots. */
export interface Deletion {
  /** What stands in the way of a set's deletion, as far as EC2 tells before. */
  findKeeper(members: readonly Member[]): Promise<Keeper | undefined>;
  /** Resolves when DeleteSnapshot may be called once more without taking it from others. */
  pace(): Promise<void>;
  remove(member: Member): Promise<Removed>;
}

/** What became of a DeleteSnapshot. One that was deleted already is `deleted`. */
export type Removed =
  | { readonly kind: 'deleted' }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** All that the lifecycle function reaches outside itself. */
export interface Ports {
  readonly policies: ReadonlyMap<string, Policy>;
  readonly place: Place;
  readonly inventory: Inventory;
  readonly copies: Copies;
  readonly permissions: VolumePermissions;
  readonly fastRestores: FastRestores;
  /** ARNs of the customer managed keys of the targets' volumes: what is encrypted under them can be shared. */
  readonly volumeKeys: readonly string[];
  readonly deletion: Deletion;
  /** Instances in whatever state. Those that EC2 no longer knows are left out. */
  readonly findInstances: (ids: readonly string[]) => Promise<readonly Instance[]>;
  readonly publish: (events: readonly OutgoingEvent[]) => Promise<void>;
  readonly recordMetrics: (policyId: string, values: MetricValues) => void;
  readonly log: (level: 'info' | 'warn' | 'error', message: string, fields: object) => void;
  readonly now: () => Date;
  readonly sleep: (ms: number) => Promise<void>;
  /** Milliseconds that this invocation has left. */
  readonly remainingMs: () => number;
  /** Have these sets looked after by another invocation, for what this one has no time left for. */
  readonly again: (scope: Scope) => Promise<void>;
  /** Something failed that another try may mend: it is told now, and the messages that asked for it come again. */
  readonly failed: (what: string, fields: object, error: unknown) => void;
}

/**
 * One step of the runbook: acts on what is found, and gives the sets back as they are then. It is called again for the same sets and then does
 * nothing more: what it did is seen in their tags. It tells failures through {@link Ports.failed}, set by set, and throws none.
 */
export type Step = (ports: Ports, view: View) => Promise<readonly SnapshotSet[]>;
