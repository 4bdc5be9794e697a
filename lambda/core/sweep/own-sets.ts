import { groupBy } from '../group-by';

/** One of our snapshots, by what EC2 and its tags say. */
export interface OwnSnapshot {
  readonly instanceId: string;
  readonly executionId: string;
  /** "": made without scripts. */
  readonly attempt: string;
  readonly consistency: string;
  readonly reason: string;
  readonly state: string;
  readonly startedAt: Date;
}

/** What one CreateSnapshots call made: complete when all of it is, of no use when any of it is not. */
export interface OwnSet {
  readonly instanceId: string;
  readonly consistency: string;
  readonly reason: string;
  readonly state: 'completed' | 'pending' | 'error';
  readonly startedAt: Date;
}

const stateOf = (snapshots: readonly OwnSnapshot[]): OwnSet['state'] => {
  if (snapshots.every(({ state }) => state === 'completed')) return 'completed';
  return snapshots.every(({ state }) => state === 'completed' || state === 'pending') ? 'pending' : 'error';
};

/** The set of these snapshots. */
export const setOf = (first: OwnSnapshot, members: readonly OwnSnapshot[]): OwnSet => {
  const unclosed = members.find(({ consistency }) => consistency !== first.consistency);
  return {
    instanceId: first.instanceId,
    // The closing tags reach all members in one call: where they differ, it is under way.
    consistency: unclosed === undefined ? first.consistency : 'pending',
    reason: unclosed === undefined ? first.reason : '',
    state: stateOf(members),
    startedAt: first.startedAt,
  };
};

/** What all snapshots of a set have alike. */
export const setKey = ({ executionId, attempt }: OwnSnapshot): string => `${executionId}#${attempt}`;

/** Snapshots put together to their sets. */
export const ownSets = (snapshots: readonly OwnSnapshot[]): readonly OwnSet[] =>
  [...groupBy(snapshots, setKey).values()].flatMap((members) => members.slice(0, 1).map((first) => setOf(first, members)));
