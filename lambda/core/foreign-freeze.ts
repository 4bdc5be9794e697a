/** The contract's scripts of one instance, as SSM's history has them. */
export interface PastScript {
  readonly ours: boolean;
  readonly script: string | undefined;
  readonly executionId: string | undefined;
  readonly documentName: string;
  readonly requestedAt: Date;
  readonly status: string;
}

/** DLM's longest ExecutionTimeout: a pre-script that ended longer ago without a post-script is not waited for. */
export const FOREIGN_PATIENCE_MS = 120_000;

const UNENDED = new Set(['Pending', 'InProgress', 'Delayed', 'Cancelling']);

/**
 * The pre-script of another sender (DLM, during a migration) that may hold a freeze now: not ended, or ended well a short
 * while ago with no post-script after it. Says which, in words.
 */
export const foreignPreScript = (history: readonly PastScript[], now: Date): string | undefined => {
  const open = history.find((past, index) => isOpenForeignPre(past, history.slice(index + 1), now));
  return open && `${open.documentName} at ${open.requestedAt.toISOString()}`;
};

const isOpenForeignPre = (past: PastScript, later: readonly PastScript[], now: Date): boolean => {
  if (past.ours || past.script !== 'pre-script') return false;
  if (later.some((other) => other.script === 'post-script' && other.executionId === past.executionId)) return false;
  return UNENDED.has(past.status) || (past.status === 'Success' && now.getTime() - past.requestedAt.getTime() < FOREIGN_PATIENCE_MS);
};
