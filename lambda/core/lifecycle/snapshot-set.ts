import { groupBy } from '../group-by';
import { type OwnSet, type OwnSnapshot, setKey, setOf } from '../sweep/own-sets';

/** A snapshot of a set, with all that EC2 tells of it. */
export interface Member extends OwnSnapshot {
  readonly snapshotId: string;
  readonly volumeId: string;
  /** Why it failed, where it did. */
  readonly stateMessage: string;
  /** Undefined as long as it is pending. */
  readonly completedAt: Date | undefined;
  readonly tags: ReadonlyMap<string, string>;
  /** Of its volume. */
  readonly sizeGiB: number;
  readonly encrypted: boolean;
  /** ARN of the KMS key; undefined when it is not encrypted. */
  readonly keyId: string | undefined;
  /** `standard` or `archive`. */
  readonly tier: string;
}

/** A snapshot set of ours, as the lifecycle function sees it. */
export interface SnapshotSet extends OwnSet {
  readonly executionId: string;
  /** "": made without scripts. */
  readonly attempt: string;
  readonly members: readonly Member[];
}

const toSet = (members: readonly Member[]): readonly SnapshotSet[] =>
  members.slice(0, 1).map((first) => ({ ...setOf(first, members), executionId: first.executionId, attempt: first.attempt, members }));

/** Snapshots put together to their sets, the oldest first. */
export const snapshotSets = (snapshots: readonly Member[]): readonly SnapshotSet[] =>
  [...groupBy(snapshots, setKey).values()].flatMap(toSet).sort((a, b) => a.startedAt.getTime() - b.startedAt.getTime());

/** The set once its members carry these tags, too. */
export const tagged = (set: SnapshotSet, tags: Readonly<Record<string, string>>): SnapshotSet => ({
  ...set,
  members: set.members.map((member) => ({ ...member, tags: new Map([...member.tags, ...Object.entries(tags)]) })),
});
