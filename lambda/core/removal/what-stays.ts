/** A snapshot that Stillpoint made. */
export interface OwnSnapshot {
  readonly snapshotId: string;
  readonly policyId: string;
  /** Execution and attempt: one CreateSnapshots call. */
  readonly set: string;
  /** Of the volume, GiB: what is billed are its changed blocks, which EC2 does not tell. */
  readonly sizeGiB: number;
  readonly startedAt: Date;
}

export interface PolicyRemains {
  readonly policyId: string;
  readonly sets: number;
  readonly snapshots: number;
  readonly sizeGiB: number;
  readonly newest: Date;
}

/** The snapshots that stay when the stack is gone, by policy, in the order of their names. */
export const remainsOf = (snapshots: readonly OwnSnapshot[]): readonly PolicyRemains[] => {
  const policies = [...new Set(snapshots.map(({ policyId }) => policyId))].sort();
  return policies.map((policyId) => {
    const own = snapshots.filter((snapshot) => snapshot.policyId === policyId);
    return {
      policyId,
      sets: new Set(own.map(({ set }) => set)).size,
      snapshots: own.length,
      sizeGiB: own.reduce((sum, { sizeGiB }) => sum + sizeGiB, 0),
      newest: new Date(Math.max(...own.map(({ startedAt }) => startedAt.getTime()))),
    };
  });
};
