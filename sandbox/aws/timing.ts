/** Durations (milliseconds) and limits of the AWS side that tests change. */
export interface Timing {
  /** From CreateSnapshots to `completed`. */
  readonly snapshotCompletionMs: number;
  /** From CopySnapshot to the copy's end. */
  readonly snapshotCopyMs: number;
  /** How long a new set is missing from DescribeSnapshots (AWS: eventually consistent). */
  readonly snapshotVisibleMs: number;
  /** How long GetCommandInvocation answers InvocationDoesNotExist after SendCommand. */
  readonly invocationVisibleMs: number;
  /** From SendCommand to the agent. */
  readonly deliveryMs: number;
  /** Waits before the retries of an asynchronous invocation. AWS: 1 and 2 minutes, shortened here. */
  readonly asyncRetryMs: readonly number[];
  /** Upper bound of results a page, so that a small fleet has several pages. */
  readonly pageLimit: number;
  /** DeleteSnapshot's tokens: how many there are at most, and how many come back a second (AWS: 100 and 5). */
  readonly deleteSnapshotTokens: { readonly capacity: number; readonly perSecond: number };
  /** Snapshots of a region that may have fast snapshot restore at once. AWS: 5, older accounts 50. */
  readonly fastRestoreQuota: number;
}

export const DEFAULT_TIMING: Timing = {
  snapshotCompletionMs: 1_500,
  snapshotCopyMs: 1_500,
  snapshotVisibleMs: 0,
  invocationVisibleMs: 100,
  deliveryMs: 50,
  asyncRetryMs: [1_000, 2_000],
  pageLimit: 1_000,
  deleteSnapshotTokens: { capacity: 100, perSecond: 5 },
  fastRestoreQuota: 5,
};
